"""What a Pulumi program expects of every provider: secrets, protection, ignored changes, replacement, functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from tests.pulumi_engine.made import Made, Provider
from tests.pulumi_engine.room_program import BOTH, BRAND, RETAILER, provider, room, table_inputs
from tests.pulumi_engine.stack import Outcome, Stack
from tests.pulumi_engine.wire import is_secret, plain
from tests.simulator.api.accounts import Accounts

Table = Callable[..., Outcome]
TABLE_NAME = "[a-zA-Z0-9_](([a-zA-Z0-9_ ]+-)*([a-zA-Z0-9_ ]+))?"


@pytest.fixture
def table(stack: Stack, accounts: Accounts) -> Table:
    """Deploy one table with options."""

    def up(inputs: Callable[[], dict[str, Any]] = dict, **options: Any) -> Outcome:
        def program() -> None:
            opts = pulumi.ResourceOptions.merge(provider(accounts.url), pulumi.ResourceOptions(**options))
            made = Made("ConfiguredTable", "orders", {**table_inputs(), **inputs()}, opts)
            pulumi.export("description", made.output("description"))

        return stack.up(program)

    return up


def test_secrets_stay_secret(table: Table, stack: Stack, accounts: Accounts) -> None:
    def secrets() -> dict[str, Any]:
        return {
            "description": pulumi.Output.secret("hidden"),
            "allowedColumns": ["id", pulumi.Output.secret("amount")],
            "tags": {"team": "data", "key": pulumi.Output.secret("word")},
        }

    outcome = table(secrets)
    assert outcome.failures == ()
    assert is_secret(outcome.outputs["description"])
    for found in (stack.resource("orders"), _refreshed(stack)):
        assert is_secret(found.outputs["description"])
        assert is_secret(found.inputs["description"])
        assert is_secret(found.outputs["allowedColumns"])
        assert is_secret(found.outputs["tagsAll"])
        assert is_secret(found.outputs["tags"]["key"])
        assert not is_secret(found.outputs["name"])
    assert plain(stack.resource("orders").outputs["description"]) == "hidden"
    assert table(secrets).done() == {}
    shown = accounts.client(RETAILER).list_configured_tables()["configuredTableSummaries"]
    assert [each["name"] for each in shown] == ["orders"]


def _refreshed(stack: Stack) -> Any:
    assert stack.refresh().drift == {}
    return stack.resource("orders")


def test_what_is_protected_is_not_deleted(table: Table, stack: Stack) -> None:
    table(protect=True)
    (failure,) = stack.destroy().failures
    assert failure.endswith("is protected: unprotect it first")


def test_ignored_changes_are_no_changes(table: Table) -> None:
    table()
    ignored = ["description", "tags.team"]
    assert table(lambda: {"description": "other", "tags": {"team": "ads"}}, ignore_changes=ignored).done() == {}


def test_a_replacement_is_made_before_the_old_one_ends(table: Table, stack: Stack, accounts: Accounts) -> None:
    table()
    before = stack.resource("orders").id
    outcome = table(lambda: {"description": "other"}, replace_on_changes=["description"])
    assert [step.does for step in outcome.steps if step.name == "orders"] == ["replace", "delete"]
    found = accounts.client(RETAILER).list_configured_tables()["configuredTableSummaries"]
    assert [each["id"] for each in found] == [stack.resource("orders").id] != [before]


def test_what_may_exist_once_is_deleted_before_it_is_made_again(stack: Stack, accounts: Accounts) -> None:
    def program(kind: str) -> None:
        opts = provider(accounts.url)
        made = Made("ConfiguredTable", "orders", {**table_inputs(), "allowedColumns": ["id"]}, opts)
        policy = {
            "LIST": {"list": {"joinColumns": ["id"], "listColumns": []}},
            "CUSTOM": {"custom": {"allowedAnalyses": ["ANY_QUERY"], "allowedAnalysisProviders": [BRAND]}},
        }[kind]
        inputs = {
            "configuredTableIdentifier": made.output("configuredTableIdentifier"),
            "analysisRuleType": kind,
            "analysisRulePolicy": {"v1": policy},
        }
        Made("ConfiguredTableAnalysisRule", "rule", inputs, opts)

    assert stack.up(lambda: program("CUSTOM")).failures == ()
    outcome = stack.up(lambda: program("LIST"))
    assert outcome.failures == ()
    assert [step.does for step in outcome.steps if step.name == "rule"] == ["delete", "replace"]
    assert stack.resource("rule").id.endswith("/LIST")


def test_another_region_replaces_everything(stack: Stack, accounts: Accounts) -> None:
    def program(region: str) -> None:
        opts = provider(accounts.url, region=region, allowDestroying=["retailer"])
        Made("ConfiguredTable", "orders", table_inputs(), opts)

    stack.up(lambda: program("us-east-1"))
    outcome = stack.up(lambda: program("us-west-2"))
    assert outcome.failures == ()
    assert [(step.does, step.name) for step in outcome.steps] == [
        ("replace", "retailer"),
        ("replace", "orders"),
        ("delete", "orders"),
        ("delete", "retailer"),
    ]
    assert ":us-west-2:" in stack.resource("orders").outputs["arn"]
    assert accounts.client(RETAILER).list_configured_tables()["configuredTableSummaries"] == []


def test_a_second_account_has_a_provider_of_its_own(stack: Stack, accounts: Accounts) -> None:
    def program() -> None:
        room(accounts.url, settings={"allowDestroying": list(BOTH)})
        joined = {"collaborationIdentifier": pulumi.Output.from_input(ids[0]), "queryLogStatus": "DISABLED"}
        Made("Membership", "theirs", joined, provider(accounts.url, BRAND, "brand"))

    stack.up(lambda: room(accounts.url))
    ids = [stack.resource("room").id]
    assert stack.up(program).failures == ()
    found = accounts.client(BRAND).list_memberships()["membershipSummaries"]
    assert [each["id"] for each in found] == [stack.resource("theirs").id]


def test_a_message_tells_no_secret(table: Table) -> None:
    def wrong() -> dict[str, Any]:
        method, columns = pulumi.Output.secret("hunter2"), pulumi.Output.secret("hunter3")
        reference = {"glue": {"databaseName": "lake", "tableName": pulumi.Output.secret("hunter-4!")}}
        stated = {"analysisMethod": method, "allowedColumns": columns, "tableReference": reference}
        return {**stated, "tags": pulumi.Output.secret({"a": 1})}

    (failure,) = table(wrong).failures
    assert failure.split("; orders: ") == [
        f"orders: tableReference.glue.tableName must match the pattern '{TABLE_NAME}'; found [secret]",
        "allowedColumns must be a list; found [secret]",
        "analysisMethod must be one of 'DIRECT_QUERY', 'DIRECT_JOB', 'MULTIPLE'; found [secret]",
        "tags.a must be text; found [secret]",
    ]


def test_a_message_tells_no_secret_of_the_provider(stack: Stack) -> None:
    def program() -> None:
        Provider("mine", endpoint=pulumi.Output.secret("hunter2"), assumeRole=pulumi.Output.secret({"roleArn": "me"}))

    (failure,) = stack.preview(program).failures
    assert "hunter2" not in failure
    assert failure.split("; mine: ") == [
        "mine: endpoint must be an address like 'http://127.0.0.1:4566'; found [secret]",
        "assumeRole.roleArn must be the ARN of a role; found [secret]",
    ]


def test_a_mistake_is_told_with_its_place_before_anything_is_made(table: Table, accounts: Accounts) -> None:
    wrong = {
        "analysisMethod": "DIRECT",
        "tableReference": {"glue": {"databaseName": "lake", "table": "orders"}},
        "allowedColumns": ["id", "Amount"],
        "descripton": "typo",
    }
    (failure,) = table(lambda: wrong).failures
    properties = "'name', 'description', 'tableReference', 'allowedColumns', 'analysisMethod'"
    glue = "is unknown (there are 'region', 'tableName', 'databaseName'); did you mean 'tableName'?"
    method = "must be one of 'DIRECT_QUERY', 'DIRECT_JOB', 'MULTIPLE'; found 'DIRECT'; did you mean 'DIRECT_JOB'?"
    typo = f"is not a property of it (there are {properties}, 'selectedAnalysisMethods', 'tags')"
    assert failure.split("; orders: ") == [
        "orders: tableReference.glue.tableName is required",
        f"tableReference.glue.table {glue}",
        "allowedColumns[1] must match the pattern '[a-z0-9_](([a-z0-9_ ]+-)*([a-z0-9_ ]+))?'; found 'Amount'",
        f"analysisMethod {method}",
        f"descripton {typo}; did you mean 'description'?",
    ]
    assert accounts.client(RETAILER).list_configured_tables()["configuredTableSummaries"] == []


def test_functions_answer(stack: Stack, accounts: Accounts) -> None:
    stack.up(lambda: room(accounts.url))
    membership = stack.resource("own").id

    def program() -> None:
        opts = pulumi.InvokeOptions(provider=provider(accounts.url).provider)
        asked = {
            "membershipIdentifier": membership,
            "parameters": {"differentialPrivacy": {"epsilon": 10, "usersNoisePerQuery": 30}},
        }
        told = pulumi.runtime.invoke("cleanrooms:index:previewPrivacyImpact", asked, opts)
        pulumi.export("impact", told.value)
        schemas = {"collaborationIdentifier": stack.resource("room").id}
        pulumi.export("schemas", pulumi.runtime.invoke("cleanrooms:index:getSchemas", schemas, opts).value)

    outcome = stack.preview(program)
    assert outcome.failures == ()
    counts = outcome.outputs["impact"]["privacyImpact"]["differentialPrivacy"]["aggregations"]
    assert {each["type"]: each["maxCount"] for each in counts}["COUNT"] == 330
    assert outcome.outputs["schemas"] == {"schemaSummaries": []}


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"regoin": "x"}, "regoin is not a property of it"),
        ({"allowedAccountIds": ["12"]}, "allowedAccountIds[0] must be 12 digits; found '12'"),
        ({"assumeRole": {"roleArn": "me"}}, "assumeRole.roleArn must be the ARN of a role; found 'me'"),
        ({"assumeRole": {"sessionName": "me"}}, "assumeRole.roleArn is required"),
        ({"assumeRole": "{"}, "assumeRole must be JSON; found '{'"),
        ({"endpoint": "here"}, "endpoint must be an address like 'http://127.0.0.1:4566'; found 'here'"),
        ({"defaultTags": {"a": 1}}, "defaultTags.a must be text; found 1"),
    ],
)
def test_a_wrong_setting_is_told_with_its_place(settings: dict[str, Any], problem: str, stack: Stack) -> None:
    def program() -> None:
        Provider("mine", **settings)

    (failure,) = stack.preview(program).failures
    assert failure.startswith(f"mine: {problem}")
