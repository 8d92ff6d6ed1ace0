"""An audience model that is another account's."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.audience_model import ConfiguredAudienceModelAssociation
from policies.policy import Policy, Severity, Violation
from policies.subjects import AUDIENCE_MODEL_ASSOCIATIONS, Placed


def model_of_another_account(placed: Placed[ConfiguredAudienceModelAssociation]) -> Iterator[Violation]:
    """An audience model that is another account's.

    Why: Whoever owns the model decides on its training data, its smallest seed and who else may use it.
    Avoid: `configured_audience_model_arn` of a foreign account
    Prefer: a model of the member's own account
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/create-ml-model-associate-model.html
    """
    arn = placed.declaration.configured_audience_model_arn
    account = arn.split(":")[4]
    if account != placed.owner:
        message = f"the model belongs to account {account!r}, the association to {placed.owner!r}"
        yield Violation(("configured_audience_model_arn",), f"{message}; share one of the member's own", arn)


POLICY = Policy(model_of_another_account, AUDIENCE_MODEL_ASSOCIATIONS, Severity.MEDIUM)
