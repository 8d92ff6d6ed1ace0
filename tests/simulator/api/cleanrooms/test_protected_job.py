"""Jobs: what the rules of the template's tables refuse, who receives the result, what it costs."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from simulator.api.world import WORLD
from simulator.settings import Reading, Settings
from tests.simulator.api.accounts import BRAND, RETAILER, Accounts
from tests.simulator.api.rooms import ROLE, Room, make_room

ABILITIES = ["CAN_QUERY", "CAN_RECEIVE_RESULTS", "CAN_RUN_JOB"]
ANY_JOB = {"allowedAnalyses": ["ANY_JOB"], "allowedAnalysisProviders": [BRAND]}
MULTIPLE = {"analysisMethod": "MULTIPLE", "selectedAnalysisMethods": ["DIRECT_QUERY", "DIRECT_JOB"]}
JOB = {"analysisMethod": "DIRECT_JOB"}
COLUMNS = {"id": "string", "city": "string"}


@pytest.fixture
def room(accounts: Accounts) -> Room:
    """A room whose brand runs jobs and receives their results."""
    made = make_room(accounts, members=[{"accountId": BRAND, "displayName": "Brand", "memberAbilities": ABILITIES}])
    receive(made, BRAND)
    return made


def receive(room: Room, account: str) -> None:
    """State where the account wants results of jobs."""
    place = {"outputConfiguration": {"s3": {"bucket": "results"}}, "roleArn": ROLE.format(account=account)}
    membership = {"membershipIdentifier": room.memberships[account]}
    room.client(account).update_membership(**membership, defaultJobResultConfiguration=place)


def add_table(room: Room, rule: dict[str, Any] | None, method: dict[str, Any], name: str = "sales") -> None:
    """Add a table of the retailer with an analysis method and then a custom rule."""
    room.add_table(RETAILER, name, COLUMNS)
    client, table = room.client(RETAILER), {"configuredTableIdentifier": room.tables[name]["table"]}
    client.update_configured_table(**table, **method)
    if rule is not None:
        policy = {"v1": {"custom": rule}}
        client.create_configured_table_analysis_rule(**table, analysisRuleType="CUSTOM", analysisRulePolicy=policy)


def template(room: Room, *tables: str, name: str = "job", **stated: Any) -> str:
    """Create a PySpark template of the brand; return its ARN."""
    artifacts = {"entryPoint": {"location": {"bucket": "code", "key": "job.py"}}, "roleArn": ROLE.format(account=BRAND)}
    made = room.client(BRAND).create_analysis_template(
        membershipIdentifier=room.memberships[BRAND],
        name=name,
        format="PYSPARK_1_0",
        source={"artifacts": artifacts},
        schema={"referencedTables": list(tables)},
        **stated,
    )
    arn: str = made["analysisTemplate"]["arn"]
    return arn


def start(room: Room, arn: str, parameters: dict[str, str] | None = None, **stated: Any) -> dict[str, Any]:
    """Start a job as the brand."""
    asked = {"analysisTemplateArn": arn, **({} if parameters is None else {"parameters": parameters})}
    membership = {"membershipIdentifier": room.memberships[BRAND]}
    made = room.client(BRAND).start_protected_job(**membership, type="PYSPARK", jobParameters=asked, **stated)
    found: dict[str, Any] = made["protectedJob"]
    return found


def step(room: Room, job: dict[str, Any]) -> dict[str, Any]:
    """Ask for a job, which takes it a step further."""
    names = {"membershipIdentifier": room.memberships[BRAND], "protectedJobIdentifier": job["id"]}
    found: dict[str, Any] = room.client(BRAND).get_protected_job(**names)["protectedJob"]
    return found


def refusal(room: Room, arn: str, **stated: Any) -> str:
    """Return why a job is refused."""
    with pytest.raises(ClientError) as error:
        start(room, arn, **stated)
    assert error.value.response["Error"]["Code"] == "ValidationException"
    message: str = error.value.response["Error"]["Message"]
    return message


@pytest.mark.parametrize("method", [JOB, MULTIPLE], ids=["DIRECT_JOB", "MULTIPLE"])
def test_a_job_that_every_table_admits(method: dict[str, Any], room: Room) -> None:
    add_table(room, ANY_JOB, method)
    arn = template(room, "SALES")
    add_table(room, {"allowedAnalyses": [arn]}, method, "visits")
    job = start(room, template(room, "sales", name="other"))
    assert [step(room, job)["status"] for _ in range(2)] == ["STARTED", "SUCCESS"]
    assert step(room, job)["result"] == {"output": {"memberList": [{"accountId": BRAND}]}}
    assert start(room, arn)["status"] == "SUBMITTED"


@pytest.mark.parametrize(
    ("rule", "method", "reason"),
    [
        (None, JOB, "add an analysis rule to the configured table"),
        ({"allowedAnalyses": []}, JOB, "its allowedAnalyses (none) do not include arn:"),
        (
            {"allowedAnalyses": ["ANY_QUERY"], "allowedAnalysisProviders": [BRAND]},
            MULTIPLE,
            "its allowedAnalyses (ANY_QUERY) do not include arn:",
        ),
        (
            {"allowedAnalyses": ["ANY_JOB"], "allowedAnalysisProviders": [RETAILER]},
            JOB,
            f"{BRAND}, who wrote the template, is not an allowed analysis provider",
        ),
        (
            {"allowedAnalyses": ["ANY_QUERY", "ANY_JOB"], "allowedAnalysisProviders": [BRAND]},
            MULTIPLE,
            "ANY_JOB together with ANY_QUERY",
        ),
        (
            {**ANY_JOB, "disallowedOutputColumns": ["city"]},
            MULTIPLE,
            "its rule has disallowedOutputColumns, which is documented for SQL only",
        ),
        (
            {**ANY_JOB, "differentialPrivacy": {"columns": [{"name": "id"}]}},
            MULTIPLE,
            "its rule has differentialPrivacy",
        ),
        ({**ANY_JOB, "additionalAnalyses": "REQUIRED"}, JOB, "nobody receives direct results"),
    ],
)
def test_what_a_table_refuses(rule: dict[str, Any] | None, method: dict[str, Any], reason: str, room: Room) -> None:
    add_table(room, rule, method)
    assert reason in refusal(room, template(room, "sales"))


def test_a_table_for_sql_alone(room: Room) -> None:
    arn = template(room, "sales")
    add_table(room, {"allowedAnalyses": [arn]}, {"analysisMethod": "DIRECT_QUERY"})
    assert "its analysis method is DIRECT_QUERY; a job needs DIRECT_JOB or MULTIPLE" in refusal(room, arn)


def test_both_wildcards_where_the_open_question_is_answered(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    add_table(room, {"allowedAnalyses": ["ANY_QUERY", "ANY_JOB"], "allowedAnalysisProviders": [BRAND]}, MULTIPLE)
    monkeypatch.setattr(WORLD, "settings", Settings({"any_query_with_any_job": Reading.PERMISSIVE}))
    assert start(room, template(room, "sales"))["status"] == "SUBMITTED"


def test_other_rules_admit_no_job(room: Room) -> None:
    listed = {"list": {"joinColumns": ["id"], "listColumns": ["city"]}}
    room.add_table(RETAILER, "sales", COLUMNS, listed)
    assert "its analysis rule is not a custom one" in refusal(room, template(room, "sales"))


def test_every_reason_of_every_table_is_told(room: Room) -> None:
    add_table(room, None, JOB)
    add_table(room, {"allowedAnalyses": []}, JOB, "visits")
    message = refusal(room, template(room, "sales", "visits"))
    assert "'sales': " in message
    assert "'visits': " in message


def test_a_table_that_nobody_has_brought(room: Room) -> None:
    assert "refers to 'nowhere', which no active member has shared" in refusal(room, template(room, "nowhere"))


def test_an_intermediate_table(room: Room) -> None:
    room.add_table(RETAILER, "sales", COLUMNS, {"custom": {**ANY_JOB, "allowedAnalyses": ["ANY_QUERY"]}})
    room.client(BRAND).create_intermediate_table(
        membershipIdentifier=room.memberships[BRAND],
        name="romans",
        populationAnalysisConfiguration={"sqlParameters": {"queryString": "SELECT id FROM sales"}},
    )
    assert "'romans': a job reads associations of configured tables only" in refusal(room, template(room, "romans"))


def test_values_fit_the_parameters_of_the_template(room: Room) -> None:
    arn = template(room, analysisParameters=[{"name": "city", "type": "STRING"}])
    assert "jobParameters.parameters.city" in refusal(room, arn)
    assert "jobParameters.parameters.town" in refusal(room, arn, parameters={"city": "Rome", "town": "Rome"})
    assert start(room, arn, {"city": "Rome"})["status"] == "SUBMITTED"


def test_at_most_128_workers(room: Room) -> None:
    arn = template(room)
    workers = {"worker": {"type": "CR.1X", "number": 129}}
    assert "less than or equal to 128 for a PySpark job; found 129" in refusal(room, arn, computeConfiguration=workers)
    workers["worker"]["number"] = 128
    assert start(room, arn, computeConfiguration=workers)["status"] == "SUBMITTED"


def test_a_query_has_at_most_400_workers(room: Room) -> None:
    add_table(room, {"allowedAnalyses": ["ANY_QUERY"], "allowedAnalysisProviders": [BRAND]}, MULTIPLE)
    with pytest.raises(ClientError, match="less than or equal to 400 for a SQL query; found 401"):
        room.ask("SELECT id FROM sales", computeConfiguration={"worker": {"type": "CR.1X", "number": 401}})
    asked = room.ask("SELECT id FROM sales", computeConfiguration={"worker": {"type": "CR.1X", "number": 400}})
    assert room.finished(asked["id"])["status"] == "SUCCESS"


def test_a_sql_template_is_no_job(room: Room) -> None:
    made = room.client(BRAND).create_analysis_template(
        membershipIdentifier=room.memberships[BRAND], name="sql", format="SQL", source={"text": "SELECT 1 AS n"}
    )
    assert "is SQL, not PySpark" in refusal(room, made["analysisTemplate"]["arn"])


def test_who_receives_results(room: Room) -> None:
    """The default place is that for jobs; a table's association may name others."""
    add_table(room, ANY_JOB, JOB)
    arn = template(room, "sales")
    assert start(room, arn, resultConfiguration=_to(BRAND))["status"] == "SUBMITTED"
    assert f"account {RETAILER} does not have CAN_RECEIVE_RESULTS" in refusal(
        room, arn, resultConfiguration=_to(RETAILER)
    )
    room.client(RETAILER).create_configured_table_association_analysis_rule(
        membershipIdentifier=room.memberships[RETAILER],
        configuredTableAssociationIdentifier=room.tables["sales"]["association"],
        analysisRuleType="CUSTOM",
        analysisRulePolicy={"v1": {"custom": {"allowedResultReceivers": [RETAILER]}}},
    )
    assert f"{BRAND} is not among its allowedResultReceivers ({RETAILER})" in refusal(room, arn)


def _to(account: str) -> dict[str, Any]:
    return {"outputConfiguration": {"member": {"accountId": account}}}


def test_results_need_a_place(accounts: Accounts) -> None:
    made = make_room(accounts, members=[{"accountId": BRAND, "displayName": "Brand", "memberAbilities": ABILITIES}])
    assert f"the membership of account {BRAND} has no defaultJobResultConfiguration" in refusal(made, template(made))


def test_a_template_is_made_by_who_receives_results(accounts: Accounts) -> None:
    brand = {"accountId": BRAND, "displayName": "Brand", "memberAbilities": ["CAN_QUERY", "CAN_RUN_JOB"]}
    made = make_room(accounts, members=[brand])
    with pytest.raises(ClientError, match="a PySpark template needs a creator with CAN_RECEIVE_RESULTS"):
        template(made)


def test_each_use_of_a_table_costs_one(room: Room) -> None:
    """A job that runs or waits holds its use; a cancelled one gives it back."""
    add_table(room, ANY_JOB, JOB)
    limits = {"budgetParameters": [{"type": "LIFETIME", "budget": 2}], "resourceArn": room.tables["sales"]["arn"]}
    membership = {"membershipIdentifier": room.memberships[RETAILER]}
    room.client(RETAILER).create_privacy_budget_template(
        **membership, privacyBudgetType="ACCESS_BUDGET", parameters={"accessBudget": limits}
    )
    arn = template(room, "sales")
    first, second = start(room, arn), start(room, arn)
    assert "the access budget is not enough for the job" in refusal(room, arn)
    room.client(BRAND).update_protected_job(
        membershipIdentifier=room.memberships[BRAND], protectedJobIdentifier=second["id"], targetStatus="CANCELLED"
    )
    assert [step(room, first)["status"], step(room, first)["status"]] == ["STARTED", "SUCCESS"]
    assert step(room, second)["status"] == "CANCELLED"
    start(room, arn)
    assert "the access budget is not enough for the job" in refusal(room, arn)


def test_a_budget_that_was_deleted_meanwhile(room: Room) -> None:
    add_table(room, ANY_JOB, JOB)
    limits = {"budgetParameters": [{"type": "LIFETIME", "budget": 1}], "resourceArn": room.tables["sales"]["arn"]}
    membership = {"membershipIdentifier": room.memberships[RETAILER]}
    client = room.client(RETAILER)
    made = client.create_privacy_budget_template(
        **membership, privacyBudgetType="ACCESS_BUDGET", parameters={"accessBudget": limits}
    )["privacyBudgetTemplate"]
    job = start(room, template(room, "sales"))
    client.delete_privacy_budget_template(**membership, privacyBudgetTemplateIdentifier=made["id"])
    assert [step(room, job)["status"] for _ in range(2)] == ["STARTED", "SUCCESS"]


def test_at_most_100_columns(room: Room) -> None:
    columns = [f"c{number}" for number in range(101)]
    table = {"tableReference": {"glue": {"databaseName": "lake", "tableName": "wide"}}, "analysisMethod": "DIRECT_JOB"}
    client = room.client(RETAILER)
    with pytest.raises(ClientError, match="at most 100 allowed columns per configured table are allowed; found 101"):
        client.create_configured_table(name="wide", allowedColumns=columns, **table)
    made = client.create_configured_table(name="wide", allowedColumns=columns[:100], **table)["configuredTable"]
    with pytest.raises(ClientError, match="at most 100 allowed columns"):
        client.update_configured_table(configuredTableIdentifier=made["id"], allowedColumns=columns)
