"""Shared rows that were last scanned long ago."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from declarations.data_source import DataSource
from policies.policy import Configuration, Policy, Severity, Violation
from policies.scans import last_day, whole_scans
from policies.subjects import DATA_SOURCES, Placed


class Age(Configuration):
    """What a company sets."""

    maximum_days: Annotated[int, Field(ge=1)] = 30
    """Most days since the beginning of the last good run."""


def stale_scan(placed: Placed[DataSource], configuration: Age) -> Iterator[Violation]:
    """Shared rows that were last scanned long ago.

    Why: Rows arrive every day; what was found in spring says nothing about a column that was added in
        summer.
    Avoid: a job that ran once, last year
    Prefer: a scheduled job
    Source: https://docs.aws.amazon.com/macie/latest/user/discovery-jobs-create.html
    """
    last = last_day(whole_scans(placed))
    if last is not None and (placed.estate.today - last).days > configuration.maximum_days:
        bucket, days = placed.declaration.bucket, (placed.estate.today - last).days
        message = (
            f"{bucket!r} was last analysed {days} days ago, on {last}; at most {configuration.maximum_days} are allowed"
        )
        yield Violation(("bucket",), message, bucket)


POLICY = Policy(stale_scan, DATA_SOURCES, Severity.MEDIUM, configuration=Age)
