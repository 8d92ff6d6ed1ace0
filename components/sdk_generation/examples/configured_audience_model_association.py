"""An audience model shared in a collaboration."""

import pulumi

from components import sdk

config = pulumi.Config()
association = sdk.ConfiguredAudienceModelAssociation(
    "viewers",
    membership_identifier=config.require("membershipIdentifier"),
    configured_audience_model_arn=config.require("configuredAudienceModelArn"),
    configured_audience_model_association_name="viewers",
    manage_resource_policies=True,
)
