"""References tell which rows are behind a table, however they are reached."""

from __future__ import annotations

from typing import Any

import pytest

from declarations.table_references import TableReference
from tests.compliant.configured_table import TABLE_REFERENCES


@pytest.mark.parametrize(
    ("kind", "changes", "rows", "region"),
    [
        ("glue", {}, ("glue", "sales", "transactions"), None),
        ("glue", {"databaseName": "Sales", "region": "eu-west-1"}, ("glue", "sales", "transactions"), "eu-west-1"),
        ("athena", {"workGroup": "other"}, ("glue", "sales", "transactions"), "us-east-1"),
        ("snowflake", {}, ("snowflake", "org-account", "SALES", "PUBLIC", "TRANSACTIONS"), None),
        ("databricks", {}, ("databricks", "https://dbc.cloud.databricks.com", "sales", "transactions"), None),
    ],
)
def test_rows_behind(kind: str, changes: dict[str, Any], rows: tuple[str, ...], region: str | None) -> None:
    reference = TableReference.model_validate({kind: TABLE_REFERENCES[kind] | changes})
    assert (reference.rows_behind, reference.region) == (rows, region)
