"""Matches on any of several columns."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.configured_table import ConfiguredTable
from policies.policy import Level, Policy, Severity, Violation
from policies.rules import aggregation, identifies_people, listing
from policies.subjects import CONFIGURED_TABLES, Placed


def disjunctive_joins(placed: Placed[ConfiguredTable]) -> Iterator[Violation]:
    """Matches on any of several columns.

    Why: OR matches a person who shares one identifier only, such as a family's address: rows of others come
        into the overlap.
    Avoid: `allowed_join_operators: [OR]`
    Prefer: `allowed_join_operators: [AND]`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-list.html
    """
    table = placed.declaration
    rule = aggregation(table) or listing(table)
    if rule is None or not identifies_people(table):
        return
    for index, operator in enumerate(rule.allowed_join_operators or ()):
        if operator == "OR":
            path = ("analysis_rule", rule.rule_type.lower(), "allowed_join_operators", index)
            yield Violation(path, "matches may be combined with OR; allow AND only")


POLICY = Policy(disjunctive_joins, CONFIGURED_TABLES, Severity.LOW, level=Level.ADVISORY)
