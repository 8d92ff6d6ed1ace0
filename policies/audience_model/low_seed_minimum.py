"""An audience model that takes seeds of very few people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from declarations.audience_model import ConfiguredAudienceModelAssociation
from policies.policy import Configuration, Policy, Severity, Violation
from policies.subjects import AUDIENCE_MODEL_ASSOCIATIONS, Placed


class Seed(Configuration):
    """What a company sets."""

    minimum: Annotated[int, Field(ge=25, le=500_000)] = 500
    """Fewest people of a seed that the model must know; 500 is what AWS recommends."""


def low_seed_minimum(placed: Placed[ConfiguredAudienceModelAssociation], configuration: Seed) -> Iterator[Violation]:
    """An audience model that takes seeds of very few people.

    Why: The segment made from a small seed shows who in the training data is like these few people, and whether they
        are in it themselves.
    Avoid: `min_matching_seed_size: 25`
    Prefer: `min_matching_seed_size: 500`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/ml-privacy.html
    """
    model = placed.declaration.configured_audience_model
    if model and model.min_matching_seed_size < configuration.minimum:
        message = f"a seed of {model.min_matching_seed_size} people will do; the policy asks for at least"
        path = ("configured_audience_model", "min_matching_seed_size")
        yield Violation(path, f"{message} {configuration.minimum}")


POLICY = Policy(low_seed_minimum, AUDIENCE_MODEL_ASSOCIATIONS, Severity.HIGH, configuration=Seed)
