"""A configured table brought into a collaboration."""

import pulumi

from components import sdk

config = pulumi.Config()
association = sdk.ConfiguredTableAssociation(
    "purchases",
    name="purchases",
    membership_identifier=config.require("membershipIdentifier"),
    configured_table_identifier=config.require("configuredTableIdentifier"),
    role_arn="arn:aws:iam::111111111111:role/clean-room-purchases",
)
