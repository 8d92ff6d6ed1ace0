"""An audience model that shows how similar people are."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.audience_model import ConfiguredAudienceModelAssociation
from policies.policy import Level, Policy, Severity, Violation
from policies.subjects import AUDIENCE_MODEL_ASSOCIATIONS, Placed


def shared_audience_metrics(placed: Placed[ConfiguredAudienceModelAssociation]) -> Iterator[Violation]:
    """An audience model that shows how similar people are.

    Why: Scores of two seeds that differ by a few people reveal these few; the segment is made without them, too.
    Avoid: `shared_audience_metrics: [ALL]`
    Prefer: `shared_audience_metrics: [NONE]`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/ml-metrics.html
    """
    model = placed.declaration.configured_audience_model
    if model and model.shared_audience_metrics[0] == "ALL":
        path = ("configured_audience_model", "shared_audience_metrics", 0)
        yield Violation(path, "relevance scores are shown to whoever makes segments; use 'NONE'")


POLICY = Policy(shared_audience_metrics, AUDIENCE_MODEL_ASSOCIATIONS, Severity.LOW, level=Level.ADVISORY)
