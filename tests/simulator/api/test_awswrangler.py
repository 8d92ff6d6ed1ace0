"""awswrangler's `cleanrooms.read_sql_query`: it asks, waits, and reads the result into pandas. Nothing is patched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.simulator.api.accounts import BRAND, RETAILER, Accounts
from tests.simulator.api.rooms import ANY_QUERY, Room, make_room

if TYPE_CHECKING:
    import pandas as pd


@pytest.fixture
def room(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> Room:
    monkeypatch.setenv("AWS_ENDPOINT_URL", accounts.url)
    made = make_room(accounts)
    made.add_table(RETAILER, "sales", {"id": "string", "city": "string", "amount": "int"}, ANY_QUERY)
    made.put_rows(RETAILER, "sales/1.csv", "a,Rome,1\nb,Rome,2\nc,Oslo,3\n")
    return made


def read(room: Room, **stated: Any) -> pd.DataFrame:
    import awswrangler

    return awswrangler.cleanrooms.read_sql_query(
        membership_id=room.memberships[BRAND],
        output_bucket="results",
        output_prefix="wrangler",
        keep_files=False,
        boto3_session=room.accounts.session(BRAND),
        **stated,
    )


def test_a_query_becomes_a_data_frame(room: Room) -> None:
    sql = "SELECT city, SUM(amount) AS total FROM sales WHERE amount > :least GROUP BY city ORDER BY city"
    frame = read(room, sql=sql, params={"least": 1})
    assert frame.to_dict("list") == {"city": ["Oslo", "Rome"], "total": [3, 2]}
    held = room.accounts.client(BRAND, "s3").list_objects_v2(Bucket="results", Prefix="wrangler")
    assert held["KeyCount"] == 0  # keep_files=False deletes what it has read


def test_a_template_becomes_a_data_frame(room: Room) -> None:
    template = room.client(BRAND).create_analysis_template(
        membershipIdentifier=room.memberships[BRAND],
        name="spenders",
        format="SQL",
        source={"text": "SELECT COUNT(*) AS n FROM sales WHERE amount >= :least"},
        analysisParameters=[{"name": "least", "type": "INTEGER"}],
    )["analysisTemplate"]["arn"]
    rule = {"custom": {"allowedAnalyses": [template]}}
    room.client(RETAILER).update_configured_table_analysis_rule(
        configuredTableIdentifier=room.tables["sales"]["table"],
        analysisRuleType="CUSTOM",
        analysisRulePolicy={"v1": rule},
    )
    frame = read(room, analysis_template_arn=template, params={"least": "2"})
    assert frame.to_dict("list") == {"n": [2]}


def test_a_query_that_fails_is_told(room: Room) -> None:
    import awswrangler

    room.accounts.client(RETAILER, "glue").delete_table(DatabaseName="lake", Name="sales")
    with pytest.raises(awswrangler.exceptions.QueryFailed):
        read(room, sql="SELECT COUNT(*) AS n FROM sales")
