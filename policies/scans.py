"""Shared helpers of policies that read Macie's evidence about data sources and columns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from declarations.configured_table import ConfiguredTable
from declarations.data_source import DataSource
from declarations.macie import ClassificationJobDescription
from declarations.macie_evidence import Coverage, FoundColumn
from policies.subjects import Placed


def whole_scans(placed: Placed[DataSource]) -> tuple[ClassificationJobDescription, ...]:
    """Return the jobs that analyse every object of a data source, finished or not.

    Raises:
        NoEvidenceError: There is no evidence for the owner's account.
    """
    source = placed.declaration
    account = placed.owner
    jobs = placed.estate.evidence_of(account).covering_jobs(source.bucket, source.key_prefix or "", account)
    return tuple(job for job, coverage in jobs if coverage is Coverage.WHOLE)


def last_day(jobs: tuple[ClassificationJobDescription, ...]) -> date | None:
    """Return the day (UTC) on which the latest successful run began; None if no run was successful."""
    days = [job.last_run_time.date() for job in jobs if job.finished and job.last_run_time]
    return max(days, default=None)


def found_in_columns(placed: Placed[ConfiguredTable]) -> Mapping[str | None, tuple[str, ...]]:
    """Return what Macie found in each column of a table with a declared source; findings without a column under None.

    Raises:
        NoEvidenceError: The table has a data source, but there is no evidence for the owner's account.
    """
    table = placed.declaration
    source = placed.member.data_source(table)
    if source is None:
        return {}
    evidence = placed.estate.evidence_of(placed.owner)
    found: dict[str | None, set[str]] = {}
    for column in evidence.found_columns(source.bucket, source.key_prefix or ""):
        found.setdefault(_name(column, tuple(table.columns or ())), set()).add(column.identifier)
    return {name: tuple(sorted(identifiers)) for name, identifiers in found.items()}


def _name(column: FoundColumn, declared: tuple[str, ...]) -> str | None:
    """Return the column's name; by its number where the file has no header."""
    numbered: dict[int | None, str] = dict(enumerate(declared, start=1))
    return numbered.get(column.position) if column.name is None else column.name
