"""A privacy budget that promises little."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from declarations.privacy_budget import PrivacyBudgetTemplate
from policies.policy import Configuration, Policy, Severity, Violation
from policies.subjects import PRIVACY_BUDGET_TEMPLATES, Placed


class Limit(Configuration):
    """What a company sets."""

    maximum: Annotated[int, Field(ge=1, le=20)] = 10
    """Largest epsilon of one collaboration."""


def epsilon_above_limit(placed: Placed[PrivacyBudgetTemplate], configuration: Limit) -> Iterator[Violation]:
    """A privacy budget that promises little.

    Why: Epsilon bounds how much likelier anything becomes because of one person; e to the 10 is 22,000.
        Small values are meaningful.
    Avoid: `epsilon: 20`
    Prefer: `epsilon: 5`
    Source: https://doi.org/10.6028/NIST.SP.800-226
    """
    parameters = placed.declaration.parameters.differential_privacy
    if parameters and parameters.epsilon > configuration.maximum:
        message = f"epsilon is {parameters.epsilon}; the company allows at most {configuration.maximum}"
        yield Violation(("parameters", "differential_privacy", "epsilon"), message)


POLICY = Policy(epsilon_above_limit, PRIVACY_BUDGET_TEMPLATES, Severity.HIGH, configuration=Limit)
