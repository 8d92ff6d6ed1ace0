"""An audience model that makes segments of few people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from declarations.audience_model import ConfiguredAudienceModelAssociation
from policies.policy import Configuration, Policy, Severity, Violation
from policies.subjects import AUDIENCE_MODEL_ASSOCIATIONS, Placed


class Audience(Configuration):
    """What a company sets."""

    minimum: Annotated[int, Field(ge=1)] = 1000
    """Fewest people of a segment."""


def small_audience(placed: Placed[ConfiguredAudienceModelAssociation], configuration: Audience) -> Iterator[Violation]:
    """An audience model that makes segments of few people.

    Why: The smaller a segment, the more it is made of those who resemble one person of the seed; one of ten people is
        a list of ten people.
    Avoid: `audience_size_config: {audience_size_type: ABSOLUTE, audience_size_bins: [10]}`
    Prefer: sizes in percent, or of thousands of people
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/ml-privacy.html
    """
    model = placed.declaration.configured_audience_model
    sizes = model.audience_size_config if model else None
    if sizes is None or sizes.audience_size_type != "ABSOLUTE":
        return
    for index, size in enumerate(sizes.audience_size_bins):
        if size < configuration.minimum:
            path = ("configured_audience_model", "audience_size_config", "audience_size_bins", index)
            message = f"a segment may be of {size} people; the policy asks for at least {configuration.minimum}"
            yield Violation(path, message)


POLICY = Policy(small_audience, AUDIENCE_MODEL_ASSOCIATIONS, Severity.MEDIUM, configuration=Audience)
