"""A collaboration of two members."""

import pulumi

from components import sdk

collaboration = sdk.Collaboration(
    "reach",
    name="Campaign reach",
    description="How many customers saw the campaign",
    creator_display_name="Retailer",
    creator_member_abilities=[],
    members=[
        {
            "account_id": "222222222222",
            "display_name": "Publisher",
            "member_abilities": [sdk.MemberAbility.CAN_QUERY, sdk.MemberAbility.CAN_RECEIVE_RESULTS],
        }
    ],
    query_log_status="ENABLED",
    analytics_engine="SPARK",
    opts=pulumi.ResourceOptions(protect=True),
)
pulumi.export("collaborationIdentifier", collaboration.collaboration_identifier)
