"""Column types come from the declaration, or from the schema that Snowflake needs anyway."""

from __future__ import annotations

import pytest

from declarations.configured_table import ConfiguredTable, base_type
from tests.compliant.configured_table import TABLE_REFERENCES


@pytest.mark.parametrize(
    ("column_type", "expected"),
    [("INT", "int"), ("decimal(10,2)", "decimal"), ("array<string>", "array"), (" double precision", "double")],
)
def test_base_type(column_type: str, expected: str) -> None:
    assert base_type(column_type) == expected


def test_snowflake_states_types() -> None:
    table = ConfiguredTable.model_validate(
        {
            "name": "t",
            "tableReference": {"snowflake": TABLE_REFERENCES["snowflake"]},
            "columns": {"household_id": "varchar(20)", "week": "int", "spare": "int"},
            "allowedColumns": ["week", "household_id"],
            "analysisMethod": "DIRECT_QUERY",
        }
    )
    assert table.column_types == {"week": "int", "household_id": "varchar(20)"}
    assert table.model_copy(update={"columns": None}).column_types == {"week": "int", "household_id": "string"}
