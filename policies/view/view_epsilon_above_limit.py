"""A view whose privacy budget promises little."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from declarations.bigquery.room import BigQueryView
from policies.policy import Configuration, Policy, Severity, Violation
from policies.subjects import VIEWS, Placed


class Limits(Configuration):
    """What a company sets."""

    per_query: Annotated[float, Field(gt=0)] = 5.0
    """Largest epsilon that one query may spend."""
    budget: Annotated[float, Field(gt=0)] = 10.0
    """Largest epsilon that all queries over a view may spend together."""


def view_epsilon_above_limit(placed: Placed[BigQueryView], configuration: Limits) -> Iterator[Violation]:
    """A view whose privacy budget promises little.

    Why: Epsilon bounds how much likelier anything becomes because of one person; e to the 10 is 22,000. A query that
        states no epsilon spends the largest that one query may.
    Avoid: `{max_epsilon_per_query: 100, epsilon_budget: 1000}`
    Prefer: `{max_epsilon_per_query: 1, epsilon_budget: 10}`
    Source: https://doi.org/10.6028/NIST.SP.800-226
    """
    policy = placed.declaration.privacy_policy
    rule = policy.differential_privacy_policy if policy else None
    path = ("privacy_policy", "differential_privacy_policy")
    if rule and rule.max_epsilon_per_query > configuration.per_query:
        message = f"one query may spend epsilon {rule.max_epsilon_per_query:g}; the company allows at most"
        name = "max_epsilon_per_query"
        yield Violation((*path, name), f"{message} {configuration.per_query:g}", name)
    if rule and rule.epsilon_budget > configuration.budget:
        message = f"all queries together may spend epsilon {rule.epsilon_budget:g}; the company allows at most"
        yield Violation((*path, "epsilon_budget"), f"{message} {configuration.budget:g}", "epsilon_budget")


POLICY = Policy(view_epsilon_above_limit, VIEWS, Severity.HIGH, configuration=Limits)
