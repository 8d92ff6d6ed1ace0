"""A view whose delta is large for the people in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from declarations.bigquery.room import BigQueryView
from policies.policy import Configuration, Policy, Severity, Violation
from policies.subjects import VIEWS, Placed


class People(Configuration):
    """What a company sets."""

    people: Annotated[int, Field(ge=1)] = 10_000
    """Fewest people behind a view of the company; delta of all queries may be one in so many."""


def view_delta_above_limit(placed: Placed[BigQueryView], configuration: People) -> Iterator[Violation]:
    """A view whose delta is large for the people in it.

    Why: Delta is how likely the promise fails altogether: at one in the number of people, whole records of a few
        could be published and the promise kept. With delta 1 a group of one person is never left out.
    Avoid: `{delta_per_query: 0.01, delta_budget: 0.1}`
    Prefer: `{delta_per_query: 1e-7, delta_budget: 1e-5}`
    Source: https://doi.org/10.1561/0400000042
    """
    policy = placed.declaration.privacy_policy
    rule = policy.differential_privacy_policy if policy else None
    if rule and rule.delta_budget > 1 / configuration.people:
        message = f"delta adds up to {rule.delta_budget:g}; over {configuration.people} people it stays at or below"
        path = ("privacy_policy", "differential_privacy_policy", "delta_budget")
        yield Violation(path, f"{message} {1 / configuration.people:g}")


POLICY = Policy(view_delta_above_limit, VIEWS, Severity.HIGH, configuration=People)
