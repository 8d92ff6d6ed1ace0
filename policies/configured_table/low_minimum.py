"""A minimum that lets very small groups out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from declarations.configured_table import ConfiguredTable
from policies.policy import Configuration, Policy, Severity, Violation
from policies.rules import aggregation, custom, identifies_people
from policies.subjects import CONFIGURED_TABLES, Placed


class Minimum(Configuration):
    """What a company sets."""

    minimum: Annotated[int, Field(ge=2)] = 10
    """Fewest people that a result row of a table about people may be computed from."""


def low_minimum(placed: Placed[ConfiguredTable], configuration: Minimum) -> Iterator[Violation]:
    """A minimum that lets very small groups out.

    Why: A group of a few people is guessed by anybody who knows one of them; statistics offices suppress
        cells below ten or so.
    Avoid: `minimum: 2`
    Prefer: `minimum: 25`
    Source: https://resdac.org/articles/cms-cell-size-suppression-policy
    """
    table = placed.declaration
    if not identifies_people(table):
        return
    if rule := aggregation(table):
        for index, constraint in enumerate(rule.output_constraints):
            if constraint.minimum < configuration.minimum:
                path = ("analysis_rule", "aggregation", "output_constraints", index, "minimum")
                yield Violation(path, _said(constraint.minimum, configuration), constraint.column_name)
    if (controls := custom(table)) and controls.aggregation_thresholds:
        threshold = controls.aggregation_thresholds[0]
        if threshold.minimum_identity_count < configuration.minimum:
            path = ("analysis_rule", "custom", "aggregation_thresholds", 0, "minimum_identity_count")
            message = _said(threshold.minimum_identity_count, configuration)
            yield Violation(path, message, threshold.identity_columns[0])


def _said(minimum: int, configuration: Minimum) -> str:
    return f"rows over {minimum} people come out; the company asks for at least {configuration.minimum}"


POLICY = Policy(low_minimum, CONFIGURED_TABLES, Severity.HIGH, configuration=Minimum)
