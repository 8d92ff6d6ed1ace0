"""Columns that together single people out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from declarations.configured_table import ConfiguredTable
from declarations.naming import listed
from policies.personal_data import Identification
from policies.policy import Configuration, Policy, Severity, Violation
from policies.rules import aggregation, listing, personal
from policies.subjects import CONFIGURED_TABLES, Placed


class Together(Configuration):
    """What a company sets."""

    maximum: Annotated[int, Field(ge=0)] = 2
    """Most quasi-identifiers that may be dimensions, or list columns, of one table."""


def quasi_identifiers_together(placed: Placed[ConfiguredTable], configuration: Together) -> Iterator[Violation]:
    """Columns that together single people out.

    Why: Combinations of birth date, sex and postcode are unique for most people: each listed row can be traced
        to one, and each group is one person or is dropped.
    Avoid: `dimension_columns: [zip_code, gender, date_of_birth]`
    Prefer: coarser columns, and fewer of them
    Source: https://dataprivacylab.org/projects/identifiability/paper1.pdf
    """
    table = placed.declaration
    if rule := aggregation(table):
        yield from _together(table, ("aggregation", "dimension_columns"), rule.dimension_columns, configuration)
    if rows := listing(table):
        yield from _together(table, ("list", "list_columns"), rows.list_columns, configuration)


def _together(
    table: ConfiguredTable, path: tuple[str, str], columns: tuple[str, ...], configuration: Together
) -> Iterator[Violation]:
    found = [name for _, name, _ in personal(table, columns, Identification.QUASI)]
    if len(found) > configuration.maximum:
        message = f"{listed(found)} together single people out; at most {configuration.maximum} such columns may stand"
        yield Violation(("analysis_rule", *path), f"{message} in {path[1]}")


POLICY = Policy(quasi_identifiers_together, CONFIGURED_TABLES, Severity.HIGH, configuration=Together)
