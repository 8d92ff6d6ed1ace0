"""Columns of a view that together single people out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from declarations.bigquery.privacy_policy import PolicyKind
from declarations.bigquery.room import BigQueryView
from declarations.naming import listed
from policies.personal_data import Identification
from policies.policy import Configuration, Policy, Severity, Violation
from policies.subjects import VIEWS, Placed
from policies.views import personal_columns


class Together(Configuration):
    """What a company sets."""

    maximum: Annotated[int, Field(ge=0)] = 2
    """Most quasi-identifiers that one view may show under a threshold or a join restriction."""


def quasi_identifiers_in_view(placed: Placed[BigQueryView], configuration: Together) -> Iterator[Violation]:
    """Columns of a view that together single people out.

    Why: Combinations of birth date, sex and postcode are unique for most people. Every column of a view can be grouped
        by, or comes out row by row; only noise hides what differs by one person.
    Avoid: a view under a threshold that shows `zip_code`, `gender` and `date_of_birth`
    Prefer: coarser columns, and fewer of them; or differential privacy
    Source: https://dataprivacylab.org/projects/identifiability/paper1.pdf
    """
    policy = placed.declaration.privacy_policy
    if policy is None or policy.kind is PolicyKind.DIFFERENTIAL_PRIVACY:
        return
    found = personal_columns(placed, Identification.QUASI)
    if len(found) > configuration.maximum:
        message = f"{listed(tuple(found))} together single people out; a view may show at most {configuration.maximum}"
        yield Violation(("query",), f"{message} such columns")


POLICY = Policy(quasi_identifiers_in_view, VIEWS, Severity.HIGH, configuration=Together)
