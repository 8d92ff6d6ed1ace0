"""A minimum that shows very small groups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, NamedTuple

from pydantic import Field

from declarations.configured_table import ConfiguredTable
from policies.personal_data import Identification
from policies.policy import Configuration, Policy, Severity, Violation
from policies.rules import RulePath, aggregation, custom, personal
from policies.subjects import CONFIGURED_TABLES, Placed


class Minimum(Configuration):
    """What a company sets."""

    minimum: Annotated[int, Field(ge=2)] = 10
    """Fewest people that a result row may be computed from; 10 is the rule of statistics offices."""


def low_minimum(placed: Placed[ConfiguredTable], configuration: Minimum) -> Iterator[Violation]:
    """A minimum that shows very small groups.

    Why: A group of a few people is guessed by anybody who knows one of them; statistics offices publish no cell
        to which fewer than ten contributed.
    Avoid: `minimum: 2`
    Prefer: `minimum: 25`
    Source: https://www.abs.gov.au/statistics/microdata-tablebuilder/datalab/input-and-output-clearance
    """
    strongest = max(_people_counted(placed.declaration), key=_minimum, default=None)
    if strongest is not None and strongest.minimum < configuration.minimum:
        message = f"groups of {strongest.minimum} people are shown; the policy asks for at least"
        yield Violation(strongest.path, f"{message} {configuration.minimum}", strongest.column)


class _Counted(NamedTuple):
    path: RulePath
    column: str
    minimum: int


def _minimum(counted: _Counted) -> int:
    return counted.minimum


def _people_counted(table: ConfiguredTable) -> Iterator[_Counted]:
    """Yield every minimum number of people that the rule requires of a row; a row has to reach all of them."""
    people = (Identification.DIRECT, Identification.PSEUDONYM)
    if rule := aggregation(table):
        counted = tuple(constraint.column_name for constraint in rule.output_constraints)
        for index, name, _ in personal(table, counted, *people):
            path = ("analysis_rule", "aggregation", "output_constraints", index, "minimum")
            yield _Counted(path, name, rule.output_constraints[index].minimum)
    if (controls := custom(table)) and controls.aggregation_thresholds:
        threshold = controls.aggregation_thresholds[0]
        for _, name, _ in personal(table, threshold.identity_columns, *people):
            path = ("analysis_rule", "custom", "aggregation_thresholds", 0, "minimum_identity_count")
            yield _Counted(path, name, threshold.minimum_identity_count)


POLICY = Policy(low_minimum, CONFIGURED_TABLES, Severity.HIGH, configuration=Minimum)
