"""Data sources: their parts agree, and tables find theirs."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from declarations.clean_room import RoomMembership
from declarations.data_source import DataSource

KEY = "arn:aws:kms:us-east-1:111111111111:key/00000000-0000-4000-8000-000000000001"
SOURCE: dict[str, Any] = {"name": "sales", "bucket": "sales-bucket", "database_name": "sales", "table_name": "orders"}
TABLE: dict[str, Any] = {"name": "orders", "allowed_columns": ["id"], "analysis_method": "DIRECT_QUERY"}


def test_a_key_needs_encryption_by_kms() -> None:
    assert DataSource.model_validate(SOURCE | {"encryption": "aws:kms", "kms_key_arn": KEY}).kms_key_arn == KEY
    with pytest.raises(ValidationError, match="kms_key_arn goes with encryption 'aws:kms' or 'aws:kms:dsse'"):
        DataSource.model_validate(SOURCE | {"kms_key_arn": KEY})


@pytest.mark.parametrize("prefix", ["year=*/", "/", "/purchases"])
def test_a_key_prefix_is_one_folder(prefix: str) -> None:
    with pytest.raises(ValidationError, match="a key prefix is a folder, with no slash at its beginning"):
        DataSource.model_validate(SOURCE | {"key_prefix": prefix})
    assert DataSource.model_validate(SOURCE | {"key_prefix": "year=2026/purchases/"}).key_prefix


@pytest.mark.parametrize("action", ["GetObject", "s3", "S3:GetObject", "s3:Get Object", ""])
def test_actions_are_spelled_as_iam_spells_them(action: str) -> None:
    with pytest.raises(ValidationError):
        DataSource.model_validate(SOURCE | {"role_statements": [{"action": [action], "resource": ["*"]}]})


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ({"glue": {"database_name": "sales", "table_name": "orders"}}, True),
        ({"glue": {"database_name": "sales", "table_name": "returns"}}, False),
        ({"athena": {"work_group": "w", "database_name": "sales", "table_name": "orders"}}, False),
    ],
)
def test_a_table_finds_its_source_by_glue_database_and_table(reference: dict[str, Any], *, found: bool) -> None:
    member = RoomMembership.model_validate(
        {
            "account_id": "111111111111",
            "query_log_status": "ENABLED",
            "data_sources": [SOURCE],
            "configured_tables": [TABLE | {"table_reference": reference}],
        }
    )
    source = member.data_source(member.configured_tables[0])
    assert (source is not None) == found
