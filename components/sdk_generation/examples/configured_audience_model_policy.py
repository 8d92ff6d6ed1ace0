"""A partner's account may use an audience model."""

import json

import pulumi

from components import sdk

model_arn = pulumi.Config().require("configuredAudienceModelArn")
policy = sdk.ConfiguredAudienceModelPolicy(
    "viewers",
    configured_audience_model_arn=model_arn,
    configured_audience_model_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": "111111111111"},
                    "Action": "cleanrooms-ml:StartAudienceGenerationJob",
                    "Resource": model_arn,
                }
            ],
        }
    ),
)
