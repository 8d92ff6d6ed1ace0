"""A collaboration in which jobs run and leave no log."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.clean_room import RoomCollaboration
from policies.policy import Policy, Severity, Violation
from policies.subjects import COLLABORATIONS, Placed


def unlogged_jobs(placed: Placed[RoomCollaboration]) -> Iterator[Violation]:
    """A collaboration in which jobs run and leave no log.

    Why: PySpark code reads whole tables; without a log nobody can tell afterwards which code ran on them.
    Avoid: `CAN_RUN_JOB` with `job_log_status: DISABLED`, or none
    Prefer: `job_log_status: ENABLED`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/create-collaboration.html
    """
    collaboration = placed.declaration
    runs_jobs = "CAN_RUN_JOB" in collaboration.creator_member_abilities or any(
        "CAN_RUN_JOB" in member.member_abilities for member in collaboration.members
    )
    if runs_jobs and collaboration.job_log_status != "ENABLED":
        message = "jobs are not logged although a member can run them; set job_log_status to 'ENABLED'"
        yield Violation(("job_log_status",), message)


POLICY = Policy(unlogged_jobs, COLLABORATIONS, Severity.HIGH)
