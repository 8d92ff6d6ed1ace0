"""Shared rows whose classification jobs did not finish, or could not read everything."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.data_source import DataSource
from declarations.macie import ClassificationJobDescription
from declarations.naming import listed
from policies.policy import Policy, Severity, Violation
from policies.scans import last_day, whole_scans
from policies.subjects import DATA_SOURCES, Placed


def failed_scan(placed: Placed[DataSource]) -> Iterator[Violation]:
    """Shared rows whose classification jobs did not finish, or could not read everything.

    Why: A job that was denied access reports no finding; no finding then means nothing.
    Avoid: `lastRunErrorStatus: {code: ERROR}`, or a job that still runs, is paused or cancelled
    Prefer: a job that is COMPLETE (or IDLE on schedule) without errors
    Source: https://docs.aws.amazon.com/macie/latest/user/discovery-jobs-manage-status.html
    """
    jobs = whole_scans(placed)
    if jobs and last_day(jobs) is None:
        states = listed([f"{job.name}: {job.job_status}, {_errors(job)}" for job in jobs])
        message = f"no run over {placed.declaration.bucket!r} finished without errors ({states}); mend and run it again"
        yield Violation(("bucket",), message, placed.declaration.bucket)


def _errors(job: ClassificationJobDescription) -> str:
    code = job.last_run_error_status.code if job.last_run_error_status else None
    return {"ERROR": "errors", "NONE": "no errors"}.get(str(code), "errors not known")


POLICY = Policy(failed_scan, DATA_SOURCES, Severity.HIGH)
