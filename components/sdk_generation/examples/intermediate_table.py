"""A table defined by a query, for further queries."""

import pulumi

from components import sdk

config = pulumi.Config()
overlap = sdk.IntermediateTable(
    "overlap",
    membership_identifier=config.require("membershipIdentifier"),
    name="overlap",
    population_analysis_configuration={
        "sql_parameters": {
            "query_string": "SELECT p.hashed_email FROM purchases p JOIN impressions i USING (hashed_email)"
        }
    },
    retention_in_days=7,
)
