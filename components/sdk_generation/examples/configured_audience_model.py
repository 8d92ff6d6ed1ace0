"""An audience model made ready for segments of 1, 5 and 10 percent."""

import pulumi

from components import sdk

config = pulumi.Config()
configured = sdk.ConfiguredAudienceModel(
    "viewers",
    name="viewers",
    audience_model_arn=config.require("audienceModelArn"),
    output_config={
        "destination": {"s3_destination": {"s3_uri": "s3://publisher-segments/viewers"}},
        "role_arn": "arn:aws:iam::222222222222:role/clean-room-segments",
    },
    shared_audience_metrics=["ALL"],
    min_matching_seed_size=500,
    audience_size_config={"audience_size_type": "PERCENTAGE", "audience_size_bins": [1, 5, 10]},
)
