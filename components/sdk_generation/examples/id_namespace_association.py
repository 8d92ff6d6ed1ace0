"""An ID namespace brought into a collaboration."""

import pulumi

from components import sdk

config = pulumi.Config()
association = sdk.IdNamespaceAssociation(
    "customers",
    membership_identifier=config.require("membershipIdentifier"),
    name="customers",
    input_reference_config={
        "input_reference_arn": "arn:aws:entityresolution:us-east-1:111111111111:idnamespace/customers",
        "manage_resource_policies": True,
    },
    id_mapping_config={"allow_use_as_dimension_column": False},
)
