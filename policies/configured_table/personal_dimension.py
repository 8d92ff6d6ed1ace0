"""An aggregation rule that groups by what identifies a person."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.configured_table import ConfiguredTable
from policies.personal_data import Identification
from policies.policy import Policy, Severity, Violation
from policies.rules import aggregation, personal
from policies.subjects import CONFIGURED_TABLES, Placed


def personal_dimension(placed: Placed[ConfiguredTable]) -> Iterator[Violation]:
    """An aggregation rule that groups by what identifies a person.

    Why: One group per person is not a statistic: the dimension shows the identifier, and every aggregate next
        to it is that person's.
    Avoid: `dimension_columns: [customer_id]`
    Prefer: identifiers as join columns, or inside COUNT DISTINCT
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    rule = aggregation(placed.declaration)
    wanted = (Identification.DIRECT, Identification.PSEUDONYM)
    for index, name, pii in personal(placed.declaration, rule.dimension_columns if rule else (), *wanted):
        message = f"column {name!r} holds {pii!r} and is a dimension; take it off dimension_columns"
        yield Violation(("analysis_rule", "aggregation", "dimension_columns", index), message, name)


POLICY = Policy(personal_dimension, CONFIGURED_TABLES, Severity.CRITICAL)
