"""An audience model whose resource policy the service edits."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.audience_model import ConfiguredAudienceModelAssociation
from policies.policy import Level, Policy, Severity, Violation
from policies.subjects import AUDIENCE_MODEL_ASSOCIATIONS, Placed


def managed_resource_policies(placed: Placed[ConfiguredAudienceModelAssociation]) -> Iterator[Violation]:
    """An audience model whose resource policy the service edits.

    Why: With manage_resource_policies the service opens the model to the collaboration; nobody reviews what
        else the policy says.
    Avoid: `manage_resource_policies: true`
    Prefer: `false`, and the policy written and reviewed by its owner
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/create-ml-model-associate-model.html
    """
    if placed.declaration.manage_resource_policies:
        message = "the service edits the model's resource policy; set it to false and write the policy yourself"
        yield Violation(("manage_resource_policies",), message)


POLICY = Policy(managed_resource_policies, AUDIENCE_MODEL_ASSOCIATIONS, Severity.LOW, level=Level.ADVISORY)
