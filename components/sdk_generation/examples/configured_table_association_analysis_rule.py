"""Who may receive results computed from an associated table."""

import pulumi

from components import sdk

config = pulumi.Config()
rule = sdk.ConfiguredTableAssociationAnalysisRule(
    "purchases",
    membership_identifier=config.require("membershipIdentifier"),
    configured_table_association_identifier=config.require("configuredTableAssociationIdentifier"),
    analysis_rule_type="CUSTOM",
    analysis_rule_policy={"v1": {"custom": {"allowed_result_receivers": ["222222222222"]}}},
)
