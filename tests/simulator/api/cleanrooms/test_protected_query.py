"""Protected queries over HTTP: checked at once, run on objects in S3, enforced, charged, delivered."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.simulator.api.accounts import BRAND, RETAILER, STRANGER, Accounts
from tests.simulator.api.rooms import Room, make_room

SALES = {"id": "string", "city": "string", "amount": "int"}
AGGREGATION = {
    "aggregation": {
        "aggregateColumns": [{"columnNames": ["id"], "function": "COUNT_DISTINCT"}],
        "joinColumns": ["id"],
        "dimensionColumns": ["city"],
        "scalarFunctions": [],
        "outputConstraints": [{"columnName": "id", "minimum": 2, "type": "COUNT_DISTINCT"}],
    }
}
ROWS = "a,Rome,1\nb,Rome,2\nc,Oslo,3\n"
BY_CITY = "SELECT city, COUNT(DISTINCT id) AS people FROM sales GROUP BY city"
SLOW = "SELECT SUM(a.n * b.n + c.n) AS total FROM numbers a CROSS JOIN numbers b CROSS JOIN numbers c"
PRIVATE = {
    "custom": {
        "allowedAnalyses": ["ANY_QUERY"],
        "allowedAnalysisProviders": [BRAND],
        "differentialPrivacy": {"columns": [{"name": "id"}]},
    }
}


@pytest.fixture
def room(accounts: Accounts) -> Room:
    made = make_room(accounts)
    made.add_table(RETAILER, "sales", SALES, AGGREGATION)
    made.put_rows(RETAILER, "sales/part-1.csv", ROWS)
    return made


def refused(call: Any, **asked: Any) -> dict[str, Any]:
    with pytest.raises(ClientError) as error:
        call(**asked)
    found: dict[str, Any] = error.value.response
    return found | {"code": found["Error"]["Code"]}


def test_a_query_runs_in_the_background_and_thresholds_hold(room: Room) -> None:
    started = room.ask(BY_CITY)
    assert started["status"] == "SUBMITTED"
    done = room.finished(started["id"])
    assert done["status"] == "SUCCESS", done
    assert room.rows(done) == ["Rome,2"]  # Oslo has one person, the rule asks for two
    assert done["result"]["output"]["s3"]["location"] == f"s3://results/{done['id']}/"
    assert done["statistics"]["totalDurationInMillis"] > 0
    assert done["statistics"]["billedResourceUtilization"]["units"] == pytest.approx(32 / 60, rel=1e-4)
    assert done["queryComputePayerAccountId"] == BRAND


def test_a_refusal_says_why_in_the_services_words(room: Room) -> None:
    answer = refused(room.ask, sql="SELECT city FROM sales")
    assert (answer["code"], answer["reason"]) == ("ValidationException", "INVALID_QUERY")
    assert answer["Error"]["Message"] == "Column(s) [sales.city] must appear in group by clause"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT content FROM read_text('/etc/passwd')",
        "SELECT COUNT(DISTINCT id) FROM '/etc/passwd'",
        "SELECT COUNT(DISTINCT id) FROM sales, read_csv('/etc/passwd')",
        "INSTALL httpfs; LOAD httpfs",
        "ATTACH 'x.db'",
        "COPY sales TO 'x.csv'",
        "SELECT getenv('HOME'), COUNT(DISTINCT id) FROM sales GROUP BY city",
        "SELECT COUNT(DISTINCT id) FROM read_parquet('s3://data-111111111111/sales/part-1.csv')",
        "SELECT COUNT(DISTINCT id) FROM information_schema.tables",
        "SELECT COUNT(DISTINCT id) FROM glob('/*')",
        "SELECT COUNT(DISTINCT id) FROM duckdb_settings()",
        "SELECT COUNT(DISTINCT id) FROM `/etc/passwd`",
        "SELECT COUNT(DISTINCT id) FROM 'https://example.com/x.parquet'",
        "SELECT city, COUNT(DISTINCT id) FROM sales GROUP BY city; ATTACH 'x.db'",
        "EXPORT DATABASE 'x'",
        "SET enable_external_access = true",
        "PRAGMA database_list",
        "",
        ";",
        "(" * 10_000,
    ],
)
def test_sql_that_reaches_out_is_refused(sql: str, room: Room) -> None:
    answer = refused(room.ask, sql=sql)
    assert answer["code"] == "ValidationException"
    assert "root:" not in str(answer)


def test_a_template_cannot_reach_out_either(accounts: Accounts) -> None:
    room = make_room(accounts)
    room.add_table(RETAILER, "sales", SALES)
    made = room.client(BRAND).create_analysis_template(
        membershipIdentifier=room.memberships[BRAND],
        name="reaches_out",
        format="SQL",
        source={"text": "SELECT content FROM sales, read_text('/etc/passwd')"},
    )["analysisTemplate"]["arn"]
    room.client(RETAILER).create_configured_table_analysis_rule(
        configuredTableIdentifier=room.tables["sales"]["table"],
        analysisRuleType="CUSTOM",
        analysisRulePolicy={"v1": {"custom": {"allowedAnalyses": [made]}}},
    )
    assert refused(room.ask, sql="", sqlParameters={"analysisTemplateArn": made})["code"] == "ValidationException"


def test_only_the_member_who_can_query_asks(room: Room) -> None:
    output = {"outputConfiguration": {"s3": {"resultFormat": "CSV", "bucket": "results"}}}
    asked = {"type": "SQL", "sqlParameters": {"queryString": BY_CITY}, "resultConfiguration": output}
    for account, membership in ((RETAILER, RETAILER), (STRANGER, BRAND), (RETAILER, BRAND)):
        answer = refused(
            room.client(account).start_protected_query, membershipIdentifier=room.memberships[membership], **asked
        )
        assert answer["code"] == "AccessDeniedException"


@pytest.mark.parametrize("path", ["lab/part.csv", "lab/part.csv.gz"])
def test_csv_with_and_without_compression(path: str, room: Room) -> None:
    import gzip

    body = "id,city,amount\nd,Oslo,4\n"
    data = gzip.compress(body.encode()) if path.endswith(".gz") else body.encode()
    key = path.replace("lab", "sales")
    room.accounts.client(RETAILER, "s3").put_object(Bucket=f"data-{RETAILER}", Key=key, Body=data)
    if path.endswith(".gz"):
        room.accounts.client(RETAILER, "s3").delete_object(Bucket=f"data-{RETAILER}", Key="sales/part-1.csv")
        room.put_rows(RETAILER, "sales/part-0.csv", "id,city,amount\nc,Oslo,3\n")
    else:
        room.put_rows(RETAILER, "sales/part-1.csv", "id,city,amount\n" + ROWS)
    done = room.finished(room.ask(BY_CITY)["id"])
    assert done["status"] == "SUCCESS", done
    assert "Oslo,2" in room.rows(done)


def test_partitions_in_the_path(accounts: Accounts) -> None:
    room = make_room(accounts)
    rule = {"aggregation": AGGREGATION["aggregation"] | {"dimensionColumns": ["year"]}}
    room.add_table(RETAILER, "visits", {"id": "string"})
    glue = accounts.client(RETAILER, "glue")
    storage = {
        "Columns": [{"Name": "id", "Type": "string"}],
        "Location": f"s3://data-{RETAILER}/partitioned/",
        "SerdeInfo": {"SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe"},
    }
    keys = [{"Name": "year", "Type": "int"}]
    glue.create_table(
        DatabaseName="lake",
        TableInput={"Name": "partitioned", "PartitionKeys": keys, "StorageDescriptor": storage},
    )
    room.put_rows(RETAILER, "partitioned/year=2025/a.json", '{"id": "a"}\n{"id": "b"}\n')
    room.put_rows(RETAILER, "partitioned/year=2026/a.json", '{"id": "a"}\n')
    client = room.client(RETAILER)
    table = client.create_configured_table(
        name="partitioned",
        tableReference={"glue": {"databaseName": "lake", "tableName": "partitioned"}},
        allowedColumns=["id", "year"],
        analysisMethod="DIRECT_QUERY",
    )["configuredTable"]["id"]
    client.create_configured_table_analysis_rule(
        configuredTableIdentifier=table, analysisRuleType="AGGREGATION", analysisRulePolicy={"v1": rule}
    )
    client.create_configured_table_association(
        name="partitioned",
        membershipIdentifier=room.memberships[RETAILER],
        configuredTableIdentifier=table,
        roleArn=f"arn:aws:iam::{RETAILER}:role/clean-rooms",
    )
    schema = room.client(BRAND).get_schema(collaborationIdentifier=room.id, name="partitioned")["schema"]
    assert schema["partitionKeys"] == [{"name": "year", "type": "int"}]
    assert schema["columns"] == [{"name": "id", "type": "string"}]
    done = room.finished(room.ask("SELECT year, COUNT(DISTINCT id) FROM partitioned GROUP BY year")["id"])
    assert done["status"] == "SUCCESS", done
    assert room.rows(done) == ["2025,2"]


def test_parquet_result_in_one_file(room: Room) -> None:
    place = {"resultFormat": "PARQUET", "bucket": "results", "keyPrefix": "out/", "singleFileOutput": True}
    started = room.ask(BY_CITY, resultConfiguration={"outputConfiguration": {"s3": place}})
    done = room.finished(started["id"])
    (held,) = room.accounts.client(BRAND, "s3").list_objects_v2(Bucket="results", Prefix="out/")["Contents"]
    assert held["Key"] == f"out/{done['id']}/{done['id']}.parquet"


def test_results_go_to_another_member(accounts: Accounts) -> None:
    room = make_room(accounts, creatorMemberAbilities=["CAN_RECEIVE_RESULTS"])
    room.add_table(RETAILER, "sales", SALES, AGGREGATION)
    room.put_rows(RETAILER, "sales/part-1.csv", ROWS)
    member = {"member": {"accountId": RETAILER}}
    answer = refused(room.ask, sql=BY_CITY, resultConfiguration={"outputConfiguration": member})
    assert "defaultResultConfiguration" in answer["Error"]["Message"]
    place = {"outputConfiguration": {"s3": {"resultFormat": "CSV", "bucket": f"data-{RETAILER}", "keyPrefix": "in"}}}
    room.client(RETAILER).update_membership(
        membershipIdentifier=room.memberships[RETAILER], defaultResultConfiguration=place
    )
    done = room.finished(room.ask(BY_CITY, resultConfiguration={"outputConfiguration": member})["id"])
    assert done["result"]["output"] == {"memberList": [{"accountId": RETAILER}]}
    assert room.lines(f"s3://data-{RETAILER}/in/", RETAILER)[1:] == ["Rome,2"]
    both = {"distribute": {"locations": [{"s3": {"resultFormat": "CSV", "bucket": "results"}}, member]}}
    done = room.finished(room.ask(BY_CITY, resultConfiguration={"outputConfiguration": both})["id"])
    assert done["result"]["output"]["distribute"]["memberList"] == [{"accountId": RETAILER}]
    assert room.lines(done["result"]["output"]["distribute"]["s3"]["location"])[1:] == ["Rome,2"]


def test_rows_that_do_not_fit_fail_without_telling_a_row(room: Room) -> None:
    room.put_rows(RETAILER, "sales/part-1.csv", "a,Rome,secret\n")
    done = room.finished(room.ask("SELECT city, COUNT(DISTINCT id) FROM sales GROUP BY city")["id"])
    assert done["status"] == "SUCCESS"  # the amount is not needed
    room.accounts.client(RETAILER, "glue").delete_table(DatabaseName="lake", Name="sales")
    done = room.finished(room.ask(BY_CITY)["id"])
    assert done["status"] == "FAILED"
    assert done["error"]["code"] in {"RESOURCE_NOT_FOUND", "INVALID_RESOURCE"}
    assert done["error"]["retry"] == {"retryable": False}
    assert "secret" not in str(done)


def test_access_budgets_are_charged(room: Room) -> None:
    client = room.client(RETAILER)
    limits = {"budgetParameters": [{"type": "LIFETIME", "budget": 1}], "resourceArn": room.tables["sales"]["arn"]}
    client.create_privacy_budget_template(
        membershipIdentifier=room.memberships[RETAILER],
        privacyBudgetType="ACCESS_BUDGET",
        parameters={"accessBudget": limits},
    )
    assert room.finished(room.ask(BY_CITY)["id"])["status"] == "SUCCESS"
    (budget,) = room.client(BRAND).list_collaboration_privacy_budgets(
        collaborationIdentifier=room.id, privacyBudgetType="ACCESS_BUDGET"
    )["collaborationPrivacyBudgetSummaries"]
    assert budget["budget"]["accessBudget"]["aggregateRemainingBudget"] == 0
    assert "access budget" in refused(room.ask, sql=BY_CITY)["Error"]["Message"]


def test_a_result_is_delivered_to_all_receivers_or_to_none(accounts: Accounts) -> None:
    """A bucket that one receiver lacks: the other must not have the result for nothing."""
    abilities = {"creatorMemberAbilities": ["CAN_RECEIVE_RESULTS"]}
    room = make_room(accounts, **abilities)
    rule = {"custom": {"allowedAnalyses": ["ANY_QUERY"], "allowedAnalysisProviders": [BRAND]}}
    room.add_table(RETAILER, "sales", SALES, rule)
    room.put_rows(RETAILER, "sales/1.csv", "a,Rome,1\n")
    place = {"outputConfiguration": {"s3": {"resultFormat": "CSV", "bucket": "nowhere"}}}
    room.client(RETAILER).update_membership(
        membershipIdentifier=room.memberships[RETAILER], defaultResultConfiguration=place
    )
    locations = [{"s3": {"resultFormat": "CSV", "bucket": "results"}}, {"member": {"accountId": RETAILER}}]
    output = {"outputConfiguration": {"distribute": {"locations": locations}}}
    done = room.finished(room.ask("SELECT COUNT(*) AS n FROM sales", resultConfiguration=output)["id"])
    assert done["status"] == "FAILED"
    assert "nowhere" in done["error"]["message"]
    assert "Contents" not in accounts.client(BRAND, "s3").list_objects_v2(Bucket="results")


def test_differential_privacy_is_charged_until_the_budget_is_gone(accounts: Accounts) -> None:
    room = make_room(accounts)
    room.add_table(RETAILER, "people", {"id": "string", "city": "string"}, PRIVATE)
    room.put_rows(RETAILER, "people/1.csv", "".join(f"{number},Rome\n" for number in range(5000)))
    sql = "SELECT COUNT(DISTINCT id) AS people FROM people"
    assert refused(room.ask, sql=sql)["Error"]["Message"] == "Differential privacy policy required"
    schema = room.client(BRAND).get_schema(collaborationIdentifier=room.id, name="people")["schema"]
    reasons = [reason["code"] for reason in schema["schemaStatusDetails"][0]["reasons"]]
    assert reasons == ["DIFFERENTIAL_PRIVACY_POLICY_NOT_CONFIGURED"]
    room.client(RETAILER).create_privacy_budget_template(
        membershipIdentifier=room.memberships[RETAILER],
        autoRefresh="NONE",
        privacyBudgetType="DIFFERENTIAL_PRIVACY",
        parameters={"differentialPrivacy": {"epsilon": 1, "usersNoisePerQuery": 30}},
    )
    for used in range(1, 10):
        done = room.finished(room.ask(sql)["id"])
        assert done["status"] == "SUCCESS", done
        (noisy,) = room.rows(done)
        assert abs(int(noisy) - 5000) < 150
        (parameters,) = done["differentialPrivacy"]["sensitivityParameters"]
        assert parameters["aggregationType"] == "COUNT_DISTINCT"
        assert _count_distinct_left(room) == 9 - used
    message = refused(room.ask, sql=sql)["Error"]["Message"]
    assert message.startswith("You do not have enough aggregations remaining to run this query on the data from")


def _count_distinct_left(room: Room) -> int:
    (summary,) = room.client(RETAILER).list_privacy_budgets(
        membershipIdentifier=room.memberships[RETAILER], privacyBudgetType="DIFFERENTIAL_PRIVACY"
    )["privacyBudgetSummaries"]
    counts = {each["type"]: each["remainingCount"] for each in summary["budget"]["differentialPrivacy"]["aggregations"]}
    return int(counts["COUNT_DISTINCT"])


def test_a_running_query_is_cancelled(accounts: Accounts) -> None:
    room = _numbers(accounts, 20_000)
    started = room.ask(SLOW)
    client, membership = room.client(BRAND), room.memberships[BRAND]
    name = {"membershipIdentifier": membership, "protectedQueryIdentifier": started["id"]}
    while client.get_protected_query(**name)["protectedQuery"]["status"] == "SUBMITTED":
        pass
    changed = client.update_protected_query(**name, targetStatus="CANCELLED")["protectedQuery"]
    assert changed["status"] in {"CANCELLING", "CANCELLED"}
    assert room.finished(started["id"])["status"] == "CANCELLED"
    assert refused(client.update_protected_query, **name, targetStatus="CANCELLED")["code"] == "ConflictException"


def _numbers(accounts: Accounts, rows: int) -> Room:
    """Return a room whose table makes long work of a cross join."""
    room = make_room(accounts)
    rule = {"custom": {"allowedAnalyses": ["ANY_QUERY"], "allowedAnalysisProviders": [BRAND]}}
    room.add_table(RETAILER, "numbers", {"n": "bigint"}, rule)
    room.put_rows(RETAILER, "numbers/1.csv", "".join(f"{number}\n" for number in range(rows)))
    return room


@pytest.mark.parametrize(
    ("limit", "value", "sql", "status"),
    [
        ("SECONDS", "1", SLOW, "TIMED_OUT"),
        (
            "MEMORY",
            "20MB",
            "SELECT LISTAGG(CAST(a.n AS VARCHAR) || b.n, '') AS t FROM numbers a CROSS JOIN numbers b",
            "FAILED",
        ),
    ],
)
def test_a_query_that_takes_too_much_is_stopped(
    limit: str, value: str, sql: str, status: str, accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"CLEANROOM_QUERY_{limit}", value)
    room = _numbers(accounts, 20_000)
    done = room.finished(room.ask(sql)["id"])
    assert done["status"] == status, done
    assert done.get("error", {}).get("code") == (None if status == "TIMED_OUT" else "INSUFFICIENT_COMPUTE")
    assert "result" not in done
    monkeypatch.delenv(f"CLEANROOM_QUERY_{limit}")
    assert room.rows(room.finished(room.ask("SELECT COUNT(*) AS n FROM numbers")["id"])) == ["20000"]


def test_too_many_at_once(accounts: Accounts) -> None:
    room = _numbers(accounts, 20_000)
    started = [room.ask(SLOW)["id"] for _ in range(5)]
    answer = refused(room.ask, sql=SLOW)
    assert (answer["code"], answer["quotaValue"]) == ("ServiceQuotaExceededException", 5)
    for query in reversed(started):
        room.client(BRAND).update_protected_query(
            membershipIdentifier=room.memberships[BRAND], protectedQueryIdentifier=query, targetStatus="CANCELLED"
        )
    assert {room.finished(query)["status"] for query in started} == {"CANCELLED"}
    listed = room.client(BRAND).list_protected_queries(
        membershipIdentifier=room.memberships[BRAND], status="CANCELLED"
    )["protectedQueries"]
    assert [each["id"] for each in listed] == started[::-1]


def test_a_template_runs_with_its_parameters(accounts: Accounts) -> None:
    room = make_room(accounts)
    room.add_table(RETAILER, "sales", SALES)
    room.put_rows(RETAILER, "sales/1.csv", ROWS)
    template = room.client(BRAND).create_analysis_template(
        membershipIdentifier=room.memberships[BRAND],
        name="big_spenders",
        format="SQL",
        source={"text": "SELECT city, COUNT(*) AS n FROM sales WHERE amount >= :least GROUP BY city ORDER BY city"},
        analysisParameters=[{"name": "least", "type": "INTEGER", "defaultValue": "3"}],
    )["analysisTemplate"]
    assert template["schema"] == {"referencedTables": ["sales"]}
    asked = {"analysisTemplateArn": template["arn"]}
    assert refused(room.ask, sql="", sqlParameters=asked)["reason"] == "INVALID_QUERY"
    rule = {"custom": {"allowedAnalyses": [template["arn"]]}}
    room.client(RETAILER).create_configured_table_analysis_rule(
        configuredTableIdentifier=room.tables["sales"]["table"],
        analysisRuleType="CUSTOM",
        analysisRulePolicy={"v1": rule},
    )
    assert room.rows(room.finished(room.ask("", sqlParameters=asked)["id"])) == ["Oslo,1"]
    with_value = asked | {"parameters": {"least": "2"}}
    assert room.rows(room.finished(room.ask("", sqlParameters=with_value)["id"])) == ["Oslo,1", "Rome,1"]
    for wrong in ({"most": "1"}, {"least": "1 OR TRUE"}):
        answer = refused(room.ask, sql="", sqlParameters=asked | {"parameters": wrong})
        assert answer["code"] == "ValidationException"
    both = asked | {"queryString": BY_CITY}
    assert refused(room.ask, sql="", sqlParameters=both)["code"] == "ValidationException"
    assert "allow" in refused(room.ask, sql="SELECT city FROM sales")["Error"]["Message"]
