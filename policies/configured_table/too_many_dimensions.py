"""So many dimensions that groups become small."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from declarations.configured_table import ConfiguredTable
from policies.policy import Configuration, Policy, Severity, Violation
from policies.rules import aggregation, identifies_people
from policies.subjects import CONFIGURED_TABLES, Placed


class Dimensions(Configuration):
    """What a company sets."""

    maximum: Annotated[int, Field(ge=1)] = 8
    """Most dimensions of one table about people."""


def too_many_dimensions(placed: Placed[ConfiguredTable], configuration: Dimensions) -> Iterator[Violation]:
    """So many dimensions that groups become small.

    Why: Every dimension divides the groups of all others; small ones are suppressed, and their differences
        to larger ones are not.
    Avoid: every column as a dimension
    Prefer: the few columns that the purpose needs
    Source: https://www.abs.gov.au/statistics/microdata-tablebuilder/datalab/input-and-output-clearance
    """
    rule = aggregation(placed.declaration)
    if rule and identifies_people(placed.declaration) and len(rule.dimension_columns) > configuration.maximum:
        found = len(rule.dimension_columns)
        message = f"the table has {found} dimensions; at most {configuration.maximum} keep groups large enough"
        yield Violation(("analysis_rule", "aggregation", "dimension_columns"), message)


POLICY = Policy(too_many_dimensions, CONFIGURED_TABLES, Severity.MEDIUM, configuration=Dimensions)
