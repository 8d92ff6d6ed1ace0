"""A room is checked as a whole, and answers what the other parts of the product ask."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from declarations.analysis_rules import AnalysisRuleCustom
from declarations.clean_room import CleanRoom
from declarations.intermediate_table import IntermediateTableAnalysisRulePolicy
from tests.declarations.changes import change, errors_of
from tests.yaml_text import from_yaml

TESTS = Path(__file__).parent.parent
COMPLIANT: dict[str, Any] = from_yaml((TESTS / "compliant" / "clean_room.yaml").read_text(encoding="utf-8"))
CASES: dict[str, Any] = from_yaml((TESTS / "cases" / "declarations" / "clean_rooms.yaml").read_text(encoding="utf-8"))
COLUMNS = [f"c{index}" for index in range(101)]
TABLE = {"table_reference": {"glue": {"database_name": "d", "table_name": "t"}}, "analysis_method": "DIRECT_QUERY"}
ROLE = "arn:aws:iam::333333333333:role/clean-rooms"
BUDGET = {"budget_parameters": [{"type": "LIFETIME", "budget": 1}]}
ARN = "arn:aws:cleanrooms:us-east-1:333333333333:membership/m/configuredtableassociation"


@pytest.fixture
def room() -> CleanRoom:
    return CleanRoom.model_validate(COMPLIANT)


@pytest.mark.parametrize("name", CASES)
def test_one_thing_changed(name: str) -> None:
    case, document = CASES[name], copy.deepcopy(COMPLIANT)
    assert set(case) <= {"set", "remove", "errors"}
    for path, value in case.get("set", {}).items():
        change(document, path, copy.deepcopy(value))
    for path in case.get("remove", []):
        change(document, path, ...)
    if "errors" not in case:
        CleanRoom.model_validate(document)
        return
    with pytest.raises(ValidationError) as refused:
        CleanRoom.model_validate(document)
    assert errors_of(refused.value) == case["errors"]


AUDIENCE_MODEL = {
    "configured_audience_model_arn": (
        "arn:aws:cleanrooms-ml:us-east-1:333333333333:configured-audience-model/0f6c1c1e-0000-4000-8000-000000000001"
    ),
    "manage_resource_policies": True,
}
QUOTAS: dict[str, tuple[str, Any, str, str]] = {
    "members": (
        "collaboration.members",
        [
            *COMPLIANT["collaboration"]["members"],
            *({"account_id": f"{444444444440 + i}", "display_name": f"M{i}", "member_abilities": []} for i in range(4)),
        ],
        "collaboration.members",
        "at most 5 invited members per collaboration are allowed; found 6",
    ),
    "columns": (
        "memberships.2.configured_tables",
        [{**TABLE, "name": "wide", "allowed_columns": COLUMNS}],
        "memberships.2.configured_tables.0.allowed_columns",
        "at most 100 allowed columns per configured table are allowed; found 101",
    ),
    "tables": (
        "memberships.2.configured_tables",
        [{**TABLE, "name": f"t{index}", "allowed_columns": ["c"]} for index in range(251)],
        "memberships.2.configured_tables",
        "at most 250 configured tables per account are allowed; found 251",
    ),
    "templates": (
        "memberships.2.analysis_templates",
        [{"name": f"t{index}", "format": "SQL", "source": {"text": ""}} for index in range(101)],
        "memberships.2.analysis_templates",
        "at most 100 analysis templates per membership are allowed; found 101",
    ),
    "audience models": (
        "memberships.2.configured_audience_model_associations",
        [{**AUDIENCE_MODEL, "configured_audience_model_association_name": f"m{index}"} for index in range(6)],
        "memberships.2.configured_audience_model_associations",
        "at most 5 configured audience model associations per membership are allowed by default (adjustable); found 6",
    ),
    "text": (
        "memberships.2.analysis_templates",
        [{"name": "long", "format": "SQL", "source": {"text": "\u00e9" * 300_000}}],
        "memberships.2.analysis_templates.0.source.text",
        "at most 500,000 bytes of SQL on the SPARK engine (500 KB) are allowed; found 600,000",
    ),
    "access budgets": (
        "memberships.2.privacy_budget_templates",
        [
            {
                "privacy_budget_type": "ACCESS_BUDGET",
                "parameters": {"access_budget": BUDGET | {"resource_arn": f"{ARN}/{index}"}},
            }
            for index in range(25)
        ],
        "memberships.2.privacy_budget_templates.24",
        "at most 25 access budget templates per collaboration are allowed; found 26",
    ),
}


@pytest.mark.parametrize(("path", "value", "at", "message"), QUOTAS.values(), ids=QUOTAS)
def test_quota(path: str, value: Any, at: str, message: str) -> None:  # noqa: ANN401 - a part of a room
    document = copy.deepcopy(COMPLIANT)
    change(document, path, value)
    with pytest.raises(ValidationError) as refused:
        CleanRoom.model_validate(document)
    assert errors_of(refused.value) == {at: message}


def test_old_engine_takes_shorter_texts() -> None:
    """The old engine takes at most 90 KB: the same number as when the query is asked."""
    document = copy.deepcopy(COMPLIANT)
    change(document, "collaboration.analytics_engine", "CLEAN_ROOMS_SQL")
    change(document, "memberships.1.configured_tables.0.table_reference", TABLE["table_reference"])
    change(document, "memberships.0.analysis_templates.0.source", {"text": " " * 90_001})
    with pytest.raises(ValidationError) as refused:
        CleanRoom.model_validate(document)
    path = "memberships.0.analysis_templates.0.source.text"
    message = "at most 90,000 bytes of SQL on the CLEAN_ROOMS_SQL engine (90 KB) are allowed; found 90,001"
    assert errors_of(refused.value) == {path: message}


def test_old_engine_ignores_sources_not_associated() -> None:
    document = copy.deepcopy(COMPLIANT)
    change(document, "collaboration.analytics_engine", "CLEAN_ROOMS_SQL")
    change(document, "memberships.1.configured_table_associations", [])
    assert CleanRoom.model_validate(document).engine == "CLEAN_ROOMS_SQL"


def test_several_problems_at_once() -> None:
    """Problems of one room are reported together, each at its place."""
    document = copy.deepcopy(COMPLIANT)
    change(document, "memberships.0.configured_tables.0.allowed_columns", ["household_id", "week", "nothing"])
    change(document, "memberships.1.configured_tables.0.analysis_method", "DIRECT_QUERY")
    change(document, "region", "us-nowhere-1")
    with pytest.raises(ValidationError) as refused:
        CleanRoom.model_validate(document)
    assert list(errors_of(refused.value)) == [
        "region",
        "memberships.0.configured_tables.0.allowed_columns.2",
        "memberships.1.configured_tables.0.analysis_rule.custom.allowed_analyses.1",
    ]


def test_what_others_ask(room: CleanRoom) -> None:
    assert room.query_runner == "222222222222"
    assert room.engine == "SPARK"
    assert list(room.members) == ["111111111111", "222222222222", "333333333333"]
    tables = {(table.membership.account_id, table.association.name): table for table in room.associated_tables()}
    assert list(tables) == [
        ("111111111111", "purchases"),
        ("111111111111", "households"),
        ("222222222222", "campaigns"),
    ]
    purchases = tables["111111111111", "purchases"]
    types = {"household_id": "varchar(20)", "week": "int", "sales_value": "decimal(10,2)"}
    assert purchases.table.column_types == types
    assert purchases.association.rule is not None
    assert purchases.association.rule.allowed_result_receivers == ("222222222222",)
    assert tables["111111111111", "households"].association.rule is None
    assert room.membership("444444444444") is None
    retailer = room.membership("111111111111")
    assert retailer is not None
    assert retailer.configured_table("spare") is not None
    spare = retailer.configured_tables[2]
    assert (spare.rule, spare.column_types) == (None, {"household_id": "unknown"})


def test_templates(room: CleanRoom) -> None:
    author, template = room.template("template:reach_job")
    assert (author.account_id, template.format) == ("222222222222", "PYSPARK_1_0")
    assert room.template("reach")[0].account_id == "111111111111"
    with pytest.raises(
        LookupError, match=r"^the room declares no analysis template 'x'; declared: 'reach', 'reach_job'"
    ):
        room.template("x")


def test_types_of_other_tables(room: CleanRoom) -> None:
    brand = room.memberships[1]
    assert brand.id_mapping_tables[0].column_types == {"source_id": "string", "target_id": "string"}
    assert brand.id_mapping_tables[0].model_copy(update={"analysis_rule": None}).column_types == {}
    assert brand.intermediate_tables[0].column_types == {"household_id": "string", "weeks": "int"}


def test_rule_of_an_intermediate_table(room: CleanRoom) -> None:
    """It is a custom rule like any other; where it allows no analysis, nothing can run."""
    table = room.memberships[1].intermediate_tables[0]
    assert isinstance(table.rule, AnalysisRuleCustom)
    assert table.rule.allowed_analyses == ("template:reach",)
    assert table.rule.disallowed_output_columns == ("household_id",)
    bare = table.model_copy(
        update={"analysis_rule": IntermediateTableAnalysisRulePolicy.model_validate({"custom": {}})}
    )
    assert bare.rule is not None
    assert bare.rule.allowed_analyses == ()
    assert table.model_copy(update={"analysis_rule": None}).rule is None


def test_what_a_room_sends(room: CleanRoom) -> None:
    """What only a room knows is not sent; references are sent as ARNs, or not at all."""
    retailer = room.memberships[0]
    assert set(room.collaboration.to_request()) == {
        "name",
        "creatorDisplayName",
        "creatorMemberAbilities",
        "members",
        "queryLogStatus",
    }
    assert retailer.to_request(collaboration_identifier="c") == {
        "collaborationIdentifier": "c",
        "queryLogStatus": "ENABLED",
    }
    rule = retailer.configured_tables[0].rule
    assert rule is not None
    assert list(rule.held_references()) == [(("allowed_analyses", 0), "template:reach")]
    assert rule.to_request({"template:reach": "arn"})["allowedAnalyses"] == ["arn"]
    with pytest.raises(LookupError, match=r"^'template:reach' has no ARN yet; known: none$"):
        rule.to_request()
    budget = retailer.privacy_budget_templates[1]
    assert budget.to_request({"table:purchases": "arn"})["parameters"]["accessBudget"]["resourceArn"] == "arn"
