"""An aggregation rule: only counts and sums over at least 100 customers."""

from components import sdk

purchases = sdk.ConfiguredTable(
    "purchases",
    name="purchases",
    table_reference={"glue": {"database_name": "retail", "table_name": "purchases"}},
    allowed_columns=["hashed_email", "product", "amount"],
    analysis_method="DIRECT_QUERY",
)
rule = sdk.ConfiguredTableAnalysisRule(
    "purchases",
    configured_table_identifier=purchases.configured_table_identifier,
    analysis_rule_type="AGGREGATION",
    analysis_rule_policy={
        "v1": {
            "aggregation": {
                "aggregate_columns": [
                    {"column_names": ["hashed_email"], "function": "COUNT_DISTINCT"},
                    {"column_names": ["amount"], "function": "SUM"},
                ],
                "join_columns": ["hashed_email"],
                "join_required": "QUERY_RUNNER",
                "dimension_columns": ["product"],
                "scalar_functions": ["LOWER"],
                "output_constraints": [{"column_name": "hashed_email", "minimum": 100, "type": "COUNT_DISTINCT"}],
            }
        }
    },
)
