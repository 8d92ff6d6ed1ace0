"""Noise that hides few people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from declarations.privacy_budget import PrivacyBudgetTemplate
from policies.policy import Configuration, Policy, Severity, Violation
from policies.subjects import PRIVACY_BUDGET_TEMPLATES, Placed


class Noise(Configuration):
    """What a company sets."""

    minimum: Annotated[int, Field(ge=10, le=100)] = 20
    """Fewest people that the noise of a query hides."""


def little_noise(placed: Placed[PrivacyBudgetTemplate], configuration: Noise) -> Iterator[Violation]:
    """Noise that hides few people.

    Why: users_noise_per_query is how many people's contributions one answer hides; below it a change of a few
        people shows.
    Avoid: `users_noise_per_query: 10`
    Prefer: `users_noise_per_query: 30`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/dp-settings.html
    """
    parameters = placed.declaration.parameters.differential_privacy
    if parameters and parameters.users_noise_per_query < configuration.minimum:
        found = parameters.users_noise_per_query
        message = f"noise hides {found} people a query; the policy asks for at least {configuration.minimum}"
        yield Violation(("parameters", "differential_privacy", "users_noise_per_query"), message)


POLICY = Policy(little_noise, PRIVACY_BUDGET_TEMPLATES, Severity.MEDIUM, configuration=Noise)
