"""An intermediate table that is kept for long."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from declarations.intermediate_table import DEFAULT_RETENTION_DAYS, IntermediateTable
from policies.policy import Configuration, Policy, Severity, Violation
from policies.subjects import INTERMEDIATE_TABLES, Placed


class Retention(Configuration):
    """What a company sets."""

    maximum_days: Annotated[int, Field(ge=1, le=365)] = 30
    """Most days that a version may stay."""


def long_retention(placed: Placed[IntermediateTable], configuration: Retention) -> Iterator[Violation]:
    """An intermediate table that is kept for long.

    Why: Joined rows of several members stay after the purpose is served, beyond what any of them can
        delete.
    Avoid: `retention_in_days: 365`
    Prefer: `retention_in_days: 7`
    Source: https://gdpr-info.eu/art-5-gdpr/
    """
    days = placed.declaration.retention_in_days or DEFAULT_RETENTION_DAYS
    if days > configuration.maximum_days:
        message = f"versions stay {days} days; the company allows at most {configuration.maximum_days}"
        yield Violation(("retention_in_days",), message)


POLICY = Policy(long_retention, INTERMEDIATE_TABLES, Severity.MEDIUM, configuration=Retention)
