"""The resource policy of a configured audience model: which accounts may use it.

Source: API PutConfiguredAudienceModelPolicy, GetConfiguredAudienceModelPolicy, DeleteConfiguredAudienceModelPolicy
(Clean Rooms ML).
"""

from __future__ import annotations

from components.resources.resource_type import Operation, ResourceType

CONFIGURED_AUDIENCE_MODEL_POLICY = ResourceType(
    name="ConfiguredAudienceModelPolicy",
    service="cleanroomsml",
    summary="The resource policy of a configured audience model: which accounts may use it, as JSON. Not beside an "
    "association whose manageResourcePolicies is true, where the service writes the policy itself.",
    create=Operation("PutConfiguredAudienceModelPolicy", always={"policyExistenceCondition": "POLICY_MUST_NOT_EXIST"}),
    read=Operation("GetConfiguredAudienceModelPolicy"),
    updates=(
        Operation(
            "PutConfiguredAudienceModelPolicy",
            sends={"policyHash": "previousPolicyHash"},
            always={"policyExistenceCondition": "POLICY_MUST_EXIST"},
        ),
    ),
    delete=Operation("DeleteConfiguredAudienceModelPolicy"),
    identity=("configuredAudienceModelArn",),
    replaces=frozenset({"configuredAudienceModelArn"}),
    arn=None,
    json_texts=frozenset({"configuredAudienceModelPolicy"}),
    not_offered={
        "policyExistenceCondition": "creating means that there is none, updating that there is one",
        "previousPolicyHash": "the provider sends the hash that it has read",
    },
    refreshed=frozenset({"policyHash"}),
    one_at_a_time=True,
)
