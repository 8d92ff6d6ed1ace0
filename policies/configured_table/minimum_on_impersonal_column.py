"""A minimum that counts something other than people."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.configured_table import ConfiguredTable
from declarations.naming import listed
from policies.personal_data import Identification
from policies.policy import Policy, Severity, Violation
from policies.rules import aggregation, identifies_people, personal
from policies.subjects import CONFIGURED_TABLES, Placed


def minimum_on_impersonal_column(placed: Placed[ConfiguredTable]) -> Iterator[Violation]:
    """A minimum that counts something other than people.

    Why: Twenty-five baskets can be one person's: a minimum protects whoever the counted column stands for.
    Avoid: `output_constraints: [{column_name: basket_id, ...}]` on a table about customers
    Prefer: `column_name: customer_id`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    table = placed.declaration
    rule = aggregation(table)
    if rule is None or not identifies_people(table):
        return
    counted = tuple(constraint.column_name for constraint in rule.output_constraints)
    if not any(personal(table, counted, Identification.DIRECT, Identification.PSEUDONYM)):
        message = f"the minimum counts {listed(counted)}, which does not identify a person; count the column that does"
        yield Violation(("analysis_rule", "aggregation", "output_constraints"), message)


POLICY = Policy(minimum_on_impersonal_column, CONFIGURED_TABLES, Severity.CRITICAL)
