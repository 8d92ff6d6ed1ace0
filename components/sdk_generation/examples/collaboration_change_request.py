"""A third member is to receive results."""

import pulumi

from components import sdk

config = pulumi.Config()
request = sdk.CollaborationChangeRequest(
    "agency",
    collaboration_identifier=config.require("collaborationIdentifier"),
    changes=[
        {
            "specification_type": "MEMBER",
            "specification": {
                "member": {
                    "account_id": "333333333333",
                    "display_name": "Agency",
                    "member_abilities": ["CAN_RECEIVE_RESULTS"],
                }
            },
        }
    ],
)
pulumi.export("changeRequestStatus", request.status)
