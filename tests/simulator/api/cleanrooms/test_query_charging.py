"""What a query costs that delivers nothing, or is cancelled: budgets are spent by whoever gets a result, once."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

import pytest
from botocore.exceptions import ClientError

from simulator.api.cleanrooms.buckets import write_object
from simulator.api.world import WORLD
from simulator.execution.engines.limits import MEMORY
from tests.simulator.api.accounts import BRAND, RETAILER, Accounts
from tests.simulator.api.rooms import Room, make_room

COUNT = "SELECT COUNT(DISTINCT id) AS people FROM people"
RULE: dict[str, Any] = {"allowedAnalyses": ["ANY_QUERY"], "allowedAnalysisProviders": [BRAND]}
PRIVATE = RULE | {"differentialPrivacy": {"columns": [{"name": "id"}]}}
NOWHERE = {"outputConfiguration": {"s3": {"resultFormat": "CSV", "bucket": "nowhere"}}}


def room_with_uses(accounts: Accounts, uses: int, rule: dict[str, Any], **stated: Any) -> Room:
    """Return a room whose one table can be used a number of times."""
    room = make_room(accounts, **stated)
    room.add_table(RETAILER, "people", {"id": "string"}, {"custom": rule})
    room.put_rows(RETAILER, "people/1.csv", "".join(f"{number}\n" for number in range(100)))
    limits = {"budgetParameters": [{"type": "LIFETIME", "budget": uses}], "resourceArn": room.tables["people"]["arn"]}
    room.client(RETAILER).create_privacy_budget_template(
        membershipIdentifier=room.memberships[RETAILER],
        privacyBudgetType="ACCESS_BUDGET",
        parameters={"accessBudget": limits},
    )
    return room


def uses_left(room: Room) -> int:
    """Return how often the table can still be used."""
    (budget,) = _budgets(room, "ACCESS_BUDGET")
    return int(budget["accessBudget"]["aggregateRemainingBudget"])


def counts_left(room: Room) -> int:
    """Return how many more people can be counted under differential privacy."""
    (budget,) = _budgets(room, "DIFFERENTIAL_PRIVACY")
    left = {each["type"]: each["remainingCount"] for each in budget["differentialPrivacy"]["aggregations"]}
    return int(left["COUNT_DISTINCT"])


def _budgets(room: Room, kind: str) -> list[dict[str, Any]]:
    asked = {"membershipIdentifier": room.memberships[RETAILER], "privacyBudgetType": kind}
    listed = room.client(RETAILER).list_privacy_budgets(**asked)["privacyBudgetSummaries"]
    return [each["budget"] for each in listed]


def test_a_result_that_has_nowhere_to_go_costs_nothing(accounts: Accounts) -> None:
    """Neither a use of the table nor differential privacy; a spent budget refuses before the bucket is looked for."""
    room = room_with_uses(accounts, 1, PRIVATE)
    room.client(RETAILER).create_privacy_budget_template(
        membershipIdentifier=room.memberships[RETAILER],
        autoRefresh="NONE",
        privacyBudgetType="DIFFERENTIAL_PRIVACY",
        parameters={"differentialPrivacy": {"epsilon": 1, "usersNoisePerQuery": 30}},
    )
    before = counts_left(room)
    done = room.finished(room.ask(COUNT, resultConfiguration=NOWHERE)["id"])
    assert (done["status"], done["error"]["code"]) == ("FAILED", "RESOURCE_NOT_FOUND")
    assert done["error"]["message"] == "bucket 'nowhere' does not exist"
    assert (uses_left(room), counts_left(room)) == (1, before)
    assert room.finished(room.ask(COUNT)["id"])["status"] == "SUCCESS"
    assert (uses_left(room), counts_left(room)) == (0, before - 1)
    with pytest.raises(ClientError, match="access budget"):
        room.ask(COUNT, resultConfiguration=NOWHERE)
    assert counts_left(room) == before - 1


def test_queries_at_once_share_the_last_use(accounts: Accounts) -> None:
    """Whoever is accepted before the use is spent, and comes too late, fails."""
    room = room_with_uses(accounts, 1, RULE)
    started = []
    for _ in range(4):
        try:
            started.append(room.ask(COUNT)["id"])
        except ClientError as error:
            assert "access budget" in str(error)  # noqa: PT017 - the use may be spent by now
    ended = [room.finished(each) for each in started]
    assert Counter(each["status"] for each in ended)["SUCCESS"] == 1
    assert {each["error"]["code"] for each in ended if each["status"] != "SUCCESS"} <= {"INVALID_RESOURCE"}
    assert uses_left(room) == 0


def test_to_cancel_is_too_late_when_the_result_is_written(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    room = room_with_uses(accounts, 5, RULE)
    answered = []

    def write(account: str, bucket: str, key: str, content: bytes) -> None:
        answered.append(_cancel(room, key.partition("/")[0]))
        monkeypatch.setattr(WORLD, "writer", None)
        write_object(account, bucket, key, content)

    monkeypatch.setattr(WORLD, "writer", write)
    done = room.finished(room.ask(COUNT)["id"])
    assert answered == ["CANCELLING"]
    assert done["status"] == "SUCCESS"
    assert room.rows(done) == ["100"]
    assert uses_left(room) == 4


def test_a_query_is_either_cancelled_or_paid_for(accounts: Accounts) -> None:
    """Cancelled at whatever moment: no result without a charge; what was cancelled later may have read rows."""
    room = room_with_uses(accounts, 100, RULE)
    ended: Counter[str] = Counter()
    for number in range(24):
        query = room.ask(COUNT)["id"]
        time.sleep(number / 400)
        answer = _cancel(room, query)
        done = room.finished(query)
        assert answer in {"CANCELLED", "CANCELLING", done["status"]}
        held = accounts.client(BRAND, "s3").list_objects_v2(Bucket="results", Prefix=query)["KeyCount"]
        assert (done["status"], held) in {("CANCELLED", 0), ("SUCCESS", 1)}
        ended[done["status"]] += 1
    assert 100 - ended.total() <= uses_left(room) <= 100 - ended["SUCCESS"]


@pytest.mark.parametrize("person", ["7", "nobody"])
def test_a_query_that_fails_after_rows_were_read_is_paid_for(
    accounts: Accounts, person: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A limit is met, whether the person is there or not: what fails on single rows is refused before."""
    monkeypatch.setenv(MEMORY, "50MB")
    room = room_with_uses(accounts, 1, RULE)
    doubled = ", ".join(f"c{n} AS (SELECT id, CONCAT(t, t) AS t FROM c{n - 1})" for n in range(1, 28))
    first = f"c0 AS (SELECT id, 'xxxxxxxx' AS t FROM people WHERE id <> '{person}')"
    done = room.finished(room.ask(f"WITH {first}, {doubled} SELECT MAX(LENGTH(t)) AS m FROM c27")["id"])
    assert done["status"] == "FAILED"
    assert uses_left(room) == 0


def _cancel(room: Room, query: str) -> str:
    """Cancel a query; return the status answered, or the one that it has already."""
    asked = {"membershipIdentifier": room.memberships[BRAND], "protectedQueryIdentifier": query}
    try:
        changed = room.client(BRAND).update_protected_query(**asked, targetStatus="CANCELLED")
    except ClientError as error:
        assert error.response["Error"]["Code"] == "ConflictException"  # noqa: PT017 - it may have ended by now
        changed = room.client(BRAND).get_protected_query(**asked)
    return str(changed["protectedQuery"]["status"])


@pytest.mark.parametrize("rule", [RULE, PRIVATE], ids=["plain", "private"])
def test_the_log_of_a_private_query_is_not_exported(accounts: Accounts, rule: dict[str, Any]) -> None:
    """Only of a private one: the same query over a table without differential privacy has its log."""
    abilities = ["CAN_QUERY", "CAN_RECEIVE_RESULTS", "CAN_EXPORT_QUERY_ANALYSIS_LOG"]
    brand = {"accountId": BRAND, "displayName": "Brand", "memberAbilities": abilities}
    room = room_with_uses(accounts, 1, rule, members=[brand])
    room.client(RETAILER).create_privacy_budget_template(
        membershipIdentifier=room.memberships[RETAILER],
        autoRefresh="NONE",
        privacyBudgetType="DIFFERENTIAL_PRIVACY",
        parameters={"differentialPrivacy": {"epsilon": 1, "usersNoisePerQuery": 30}},
    )
    query = room.finished(room.ask(COUNT)["id"])
    assert query["status"] == "SUCCESS"
    asked: dict[str, Any] = {
        "membershipIdentifier": room.memberships[BRAND],
        "analysisId": query["id"],
        "analysisType": "PROTECTED_QUERY",
        "resultConfiguration": {"outputConfiguration": {"s3": {"bucket": "results"}}},
    }
    if rule is RULE:
        assert room.client(BRAND).start_analysis_log_export(**asked)["analysisLogExport"]["status"] == "IN_PROGRESS"
        return
    with pytest.raises(ClientError) as refused:
        room.client(BRAND).start_analysis_log_export(**asked)
    answer = refused.value.response["Error"]
    assert answer["Code"] == "ValidationException"
    assert answer["Message"] == "Log export is not supported for queries that use differential privacy."
