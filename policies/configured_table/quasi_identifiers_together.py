"""Dimensions that together single people out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from declarations.configured_table import ConfiguredTable
from declarations.naming import listed
from policies.personal_data import Identification
from policies.policy import Configuration, Policy, Severity, Violation
from policies.rules import aggregation, personal
from policies.subjects import CONFIGURED_TABLES, Placed


class Together(Configuration):
    """What a company sets."""

    maximum: Annotated[int, Field(ge=0)] = 2
    """Most quasi-identifiers that may be dimensions of one table."""


def quasi_identifiers_together(placed: Placed[ConfiguredTable], configuration: Together) -> Iterator[Violation]:
    """Dimensions that together single people out.

    Why: Rare combinations of birth date, sex and postcode are unique for most people; each group is then
        one person or is dropped.
    Avoid: `dimension_columns: [zip_code, gender, date_of_birth]`
    Prefer: coarser columns, and fewer of them
    Source: https://dataprivacylab.org/projects/identifiability/paper1.pdf
    """
    rule = aggregation(placed.declaration)
    found = list(personal(placed.declaration, rule.dimension_columns if rule else (), Identification.QUASI))
    if len(found) > configuration.maximum:
        names = listed([name for _, name, _ in found])
        message = f"{names} together single people out; at most {configuration.maximum} such columns may be dimensions"
        yield Violation(("analysis_rule", "aggregation", "dimension_columns"), message)


POLICY = Policy(quasi_identifiers_together, CONFIGURED_TABLES, Severity.HIGH, configuration=Together)
