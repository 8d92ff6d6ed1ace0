"""A sum or average over what identifies a person."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.configured_table import ConfiguredTable
from policies.personal_data import Identification
from policies.policy import Policy, Severity, Violation
from policies.rules import aggregation, personal
from policies.subjects import CONFIGURED_TABLES, Placed


def averaged_identifier(placed: Placed[ConfiguredTable]) -> Iterator[Violation]:
    """A sum or average over what identifies a person.

    Why: The sum over one value is the value: with a second query over everybody else it can be read off.
    Avoid: `{function: SUM, column_names: [customer_id]}`
    Prefer: `COUNT_DISTINCT` for identifiers
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    rule = aggregation(placed.declaration)
    wanted = (Identification.DIRECT, Identification.PSEUDONYM)
    for index, aggregate in enumerate(rule.aggregate_columns if rule else ()):
        if aggregate.function in {"COUNT", "COUNT_DISTINCT"}:
            continue
        for position, name, pii in personal(placed.declaration, aggregate.column_names, *wanted):
            path = ("analysis_rule", "aggregation", "aggregate_columns", index, "column_names", position)
            message = f"{aggregate.function.value} over {name!r}, which holds {pii!r}; allow COUNT_DISTINCT only"
            yield Violation(path, message, name)


POLICY = Policy(averaged_identifier, CONFIGURED_TABLES, Severity.HIGH)
