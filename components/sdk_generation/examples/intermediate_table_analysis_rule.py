"""The rule of an intermediate table."""

import pulumi

from components import sdk

config = pulumi.Config()
rule = sdk.IntermediateTableAnalysisRule(
    "overlap",
    membership_identifier=config.require("membershipIdentifier"),
    intermediate_table_identifier=config.require("intermediateTableIdentifier"),
    analysis_rule_type="CUSTOM",
    analysis_rule_policy={
        "v1": {"custom": {"allowed_analyses": ["ANY_QUERY"], "allowed_analysis_providers": ["222222222222"]}}
    },
)
