"""A partner joins a collaboration."""

import pulumi

from components import sdk

config = pulumi.Config()
membership = sdk.Membership(
    "reach",
    collaboration_identifier=config.require("collaborationIdentifier"),
    query_log_status="ENABLED",
    default_result_configuration={
        "output_configuration": {
            "s3": {"result_format": "PARQUET", "bucket": "publisher-clean-room-results", "key_prefix": "reach"}
        },
        "role_arn": "arn:aws:iam::222222222222:role/clean-room-results",
    },
    payment_configuration={"query_compute": {"is_responsible": True}},
    opts=pulumi.ResourceOptions(protect=True),
)
pulumi.export("membershipIdentifier", membership.membership_identifier)
