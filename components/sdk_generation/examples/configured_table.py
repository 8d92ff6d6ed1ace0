"""A Glue table made ready for collaborations."""

from components import sdk

purchases = sdk.ConfiguredTable(
    "purchases",
    name="purchases",
    description="What customers bought in shops",
    table_reference={"glue": {"database_name": "retail", "table_name": "purchases"}},
    allowed_columns=["hashed_email", "product", "amount"],
    analysis_method="DIRECT_QUERY",
    tags={"team": "privacy"},
)
