"""A threshold whose identity column does not identify a person."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.configured_table import ConfiguredTable
from policies.personal_data import Identification
from policies.policy import Policy, Severity, Violation
from policies.rules import custom, identifies_people, personal
from policies.subjects import CONFIGURED_TABLES, Placed


def threshold_on_impersonal_column(placed: Placed[ConfiguredTable]) -> Iterator[Violation]:
    """A threshold whose identity column does not identify a person.

    Why: Twenty-five baskets can be one person's: a threshold protects whoever the identity column stands
        for.
    Avoid: `identity_columns: [basket_id]` on a table about customers
    Prefer: `identity_columns: [customer_id]`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/custom-min-agg-thresholds.html
    """
    table = placed.declaration
    rule = custom(table)
    if rule is None or not rule.aggregation_thresholds or not identifies_people(table):
        return
    columns = rule.aggregation_thresholds[0].identity_columns
    if not any(personal(table, columns, Identification.DIRECT, Identification.PSEUDONYM)):
        path = ("analysis_rule", "custom", "aggregation_thresholds", 0, "identity_columns", 0)
        message = f"the threshold counts {columns[0]!r}, which does not identify a person; count the column that does"
        yield Violation(path, message, columns[0])


POLICY = Policy(threshold_on_impersonal_column, CONFIGURED_TABLES, Severity.CRITICAL)
