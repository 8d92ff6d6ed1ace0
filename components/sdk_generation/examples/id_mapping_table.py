"""A table of which ids of two members mean the same."""

import pulumi

from components import sdk

config = pulumi.Config()
mapping = sdk.IdMappingTable(
    "customers",
    membership_identifier=config.require("membershipIdentifier"),
    name="customers_to_viewers",
    input_reference_config={
        "input_reference_arn": "arn:aws:entityresolution:us-east-1:222222222222:idmappingworkflow/customers",
        "manage_resource_policies": True,
    },
)
