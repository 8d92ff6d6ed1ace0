"""Any PySpark job on people's rows."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.configured_table import ConfiguredTable
from declarations.naming import listed
from policies.policy import Policy, Severity, Violation
from policies.rules import identifies_people, providers_of_any
from policies.subjects import CONFIGURED_TABLES, Placed


def unreviewed_jobs(placed: Placed[ConfiguredTable]) -> Iterator[Violation]:
    """Any PySpark job on people's rows.

    Why: A job is a program: no threshold, noise or column rule applies to what it writes.
    Avoid: `allowed_analyses: [ANY_JOB]`
    Prefer: job templates that were read
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-custom.html
    """
    others = providers_of_any("ANY_JOB", placed.declaration, placed.owner)
    if others and identifies_people(placed.declaration):
        message = f"any job of {listed(others)} may read rows about people; approve job templates by name"
        yield Violation(("analysis_rule", "custom", "allowed_analyses"), message)


POLICY = Policy(unreviewed_jobs, CONFIGURED_TABLES, Severity.CRITICAL)
