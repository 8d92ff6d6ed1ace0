"""An audience model that does not say what it allows."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.audience_model import ConfiguredAudienceModelAssociation
from policies.policy import Level, Policy, Severity, Violation
from policies.subjects import AUDIENCE_MODEL_ASSOCIATIONS, Placed


def undeclared_audience_model(placed: Placed[ConfiguredAudienceModelAssociation]) -> Iterator[Violation]:
    """An audience model that does not say what it allows.

    Why: How small a seed may be is set on the model, outside of the room; policies judge what the room states of it.
    Avoid: an association without `configured_audience_model`
    Prefer: `configured_audience_model: {min_matching_seed_size: 500}`, as the model has it
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/ml-privacy.html
    """
    if placed.declaration.configured_audience_model is None:
        message = "configured_audience_model is absent: nobody says how small a seed may be"
        yield Violation(("configured_audience_model",), f"{message}; state it as the model has it")


POLICY = Policy(undeclared_audience_model, AUDIENCE_MODEL_ASSOCIATIONS, Severity.LOW, level=Level.ADVISORY)
