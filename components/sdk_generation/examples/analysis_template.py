"""A query that table owners can approve."""

import pulumi

from components import sdk

config = pulumi.Config()
template = sdk.AnalysisTemplate(
    "reach",
    name="reach_by_product",
    membership_identifier=config.require("membershipIdentifier"),
    format="SQL",
    source={
        "text": "SELECT p.product, COUNT(DISTINCT p.hashed_email) AS customers "
        "FROM purchases p JOIN impressions i ON p.hashed_email = i.hashed_email "
        "WHERE i.campaign = :campaign GROUP BY p.product"
    },
    analysis_parameters=[{"name": "campaign", "type": "VARCHAR", "default_value": "spring"}],
)
pulumi.export("templateArn", template.arn)
