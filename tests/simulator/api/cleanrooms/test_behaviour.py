"""Behaviour of the service that request shapes do not show, as public sources tell it: one function an entry.

Where the sources disagree, the endpoint decides: for a collaboration that does not exist it answers with what
botocore's model lists, AccessDeniedException.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from simulator.api.service_model import load_service_model
from tests.outside import entries
from tests.simulator.api.accounts import BRAND, RETAILER, Accounts
from tests.simulator.api.rooms import ANY_QUERY, ROLE, Room, make_room

UNKNOWN = "00000000-0000-4000-8000-000000000000"
SALES = {"id": "string", "city": "string"}
LIST = {"list": {"joinColumns": ["id"], "listColumns": ["city"]}}
DENIED, CONFLICT, INVALID = "AccessDeniedException", "ConflictException", "ValidationException"


def refused(call: Callable[..., Any], **asked: Any) -> dict[str, Any]:
    with pytest.raises(ClientError) as error:
        call(**asked)
    found: dict[str, Any] = error.value.response
    return found | found["Error"]


def aggregation(minimum: int) -> dict[str, Any]:
    return {
        "aggregation": {
            "aggregateColumns": [{"columnNames": ["id"], "function": "COUNT_DISTINCT"}],
            "joinColumns": ["id"],
            "dimensionColumns": ["city"],
            "scalarFunctions": [],
            "outputConstraints": [{"columnName": "id", "minimum": minimum, "type": "COUNT_DISTINCT"}],
        }
    }


def room_with(accounts: Accounts, rule: dict[str, Any] | None) -> Room:
    room = make_room(accounts)
    room.add_table(RETAILER, "sales", SALES, rule)
    room.put_rows(RETAILER, "sales/1.csv", "a,Rome\nb,Rome\nc,Oslo\n")
    return room


def reasons(room: Room, name: str = "sales") -> list[str]:
    """Return why a table is not ready for queries."""
    schema = room.client(BRAND).get_schema(collaborationIdentifier=room.id, name=name)["schema"]
    return [each["code"] for each in schema["schemaStatusDetails"][0].get("reasons", ())]


def create(accounts: Accounts, **stated: Any) -> dict[str, Any]:
    least: dict[str, Any] = {
        "name": "room",
        "creatorDisplayName": "Retailer",
        "creatorMemberAbilities": ["CAN_QUERY"],
        "queryLogStatus": "ENABLED",
        "members": [],
    }
    made: dict[str, Any] = accounts.client(RETAILER).create_collaboration(**least | stated)["collaboration"]
    return made


def get_collaboration_missing(accounts: Accounts) -> None:
    assert refused(accounts.client(RETAILER).get_collaboration, collaborationIdentifier=UNKNOWN)["Code"] == DENIED


def list_members_missing(accounts: Accounts) -> None:
    assert refused(accounts.client(RETAILER).list_members, collaborationIdentifier=UNKNOWN)["Code"] == DENIED


def error_list_per_operation(accounts: Accounts) -> None:
    operations = load_service_model("cleanrooms").operations
    for name, identifier in (
        ("GetMembership", "membershipIdentifier"),
        ("DeleteCollaboration", "collaborationIdentifier"),
    ):
        answer = refused(getattr(accounts.client(RETAILER), operations[name].function), **{identifier: UNKNOWN})
        assert answer["Code"] in operations[name].errors


def creator_status(accounts: Accounts) -> None:
    made = create(accounts)
    assert made["memberStatus"] == "INVITED"
    client, name = accounts.client(RETAILER), {"collaborationIdentifier": made["id"]}
    client.create_membership(**name, queryLogStatus="ENABLED")
    assert client.get_collaboration(**name)["collaboration"]["memberStatus"] == "ACTIVE"


def membership_abilities(accounts: Accounts) -> None:
    made = create(accounts, creatorMemberAbilities=["CAN_QUERY", "CAN_RECEIVE_RESULTS"])
    client = accounts.client(RETAILER)
    joined = client.create_membership(collaborationIdentifier=made["id"], queryLogStatus="ENABLED")["membership"]
    assert joined["memberAbilities"] == ["CAN_QUERY", "CAN_RECEIVE_RESULTS"]
    assert joined["status"] == "ACTIVE"


def collaboration_mutability(accounts: Accounts) -> None:
    made = create(accounts)
    update, name = accounts.client(RETAILER).update_collaboration, {"collaborationIdentifier": made["id"]}
    assert update(**name, name="new", description="other")["collaboration"]["name"] == "new"
    for fixed in ("creatorDisplayName", "queryLogStatus", "dataEncryptionMetadata", "members"):
        assert fixed not in load_service_model("cleanrooms").operations["UpdateCollaboration"].input.members


def table_mutability(accounts: Accounts) -> None:
    room = room_with(accounts, None)
    name = {"configuredTableIdentifier": room.tables["sales"]["table"]}
    changed = room.client(RETAILER).update_configured_table(**name, name="new", description="other")["configuredTable"]
    assert (changed["name"], changed["description"]) == ("new", "other")


def association_mutability(accounts: Accounts) -> None:
    room = room_with(accounts, None)
    changed = room.client(RETAILER).update_configured_table_association(
        membershipIdentifier=room.memberships[RETAILER],
        configuredTableAssociationIdentifier=room.tables["sales"]["association"],
        description="other",
        roleArn=ROLE.format(account=RETAILER) + "-2",
    )["configuredTableAssociation"]
    assert (changed["description"], changed["roleArn"][-2:], changed["name"]) == ("other", "-2", "sales")


def template_mutability(accounts: Accounts) -> None:
    room = room_with(accounts, ANY_QUERY)
    made = _template(room, "SELECT COUNT(*) AS n FROM sales")
    changed = room.client(BRAND).update_analysis_template(
        membershipIdentifier=room.memberships[BRAND], analysisTemplateIdentifier=made["id"], description="other"
    )["analysisTemplate"]
    assert changed["description"] == "other"
    assert changed["source"] == made["source"]


def one_rule_per_table(accounts: Accounts) -> None:
    room = room_with(accounts, ANY_QUERY)
    answer = refused(_add_rule, room=room, rule=LIST)
    assert (answer["Code"], answer["reason"]) == (CONFLICT, "ALREADY_EXISTS")


def duplicate_conflict_text(accounts: Accounts) -> None:
    room = room_with(accounts, ANY_QUERY)
    answer = refused(_add_rule, room=room, rule=ANY_QUERY)
    assert answer["Code"] == CONFLICT
    assert "already has" in answer["Message"]
    again = refused(
        room.client(RETAILER).create_configured_table_association,
        name="sales",
        membershipIdentifier=room.memberships[RETAILER],
        configuredTableIdentifier=room.tables["sales"]["table"],
        roleArn=ROLE.format(account=RETAILER),
    )
    assert again["Code"] == CONFLICT


def rule_types_empty(accounts: Accounts) -> None:
    room = room_with(accounts, None)
    shown = room.client(RETAILER).get_configured_table(configuredTableIdentifier=room.tables["sales"]["table"])
    assert shown["configuredTable"]["analysisRuleTypes"] == []


def delete_membership_children(accounts: Accounts) -> None:
    room = room_with(accounts, None)
    answer = refused(room.client(RETAILER).delete_membership, membershipIdentifier=room.memberships[RETAILER])
    assert answer["Code"] == CONFLICT


def query_initial_status(accounts: Accounts) -> None:
    room = room_with(accounts, ANY_QUERY)
    started = room.ask("SELECT COUNT(*) AS n FROM sales")
    assert started["status"] == "SUBMITTED"
    assert room.finished(started["id"])["status"] == "SUCCESS"


def query_response_shape(accounts: Accounts) -> None:
    room = room_with(accounts, ANY_QUERY)
    done = room.finished(room.ask("SELECT COUNT(*) AS n FROM sales")["id"])
    assert done["result"]["output"]["s3"]["location"].startswith("s3://results/")
    assert room.rows(done) == ["3"]


def region_isolation(accounts: Accounts) -> None:
    made = create(accounts)
    elsewhere = accounts.client(RETAILER, region="eu-west-1")
    assert refused(elsewhere.get_collaboration, collaborationIdentifier=made["id"])["Code"] == DENIED


def enum_validation(accounts: Accounts) -> None:
    for wrong in ({"creatorMemberAbilities": ["CAN_FLY"]}, {"queryLogStatus": "MAYBE"}, {"analyticsEngine": "ABACUS"}):
        assert refused(create, accounts=accounts, **wrong)["Code"] == INVALID
    client = accounts.client(RETAILER)
    assert refused(client.list_collaborations, memberStatus="GONE")["Code"] == INVALID
    room = room_with(accounts, None)
    assert refused(_add_rule, room=room, rule=ANY_QUERY, kind="ANY")["Code"] == INVALID


def pagination(accounts: Accounts) -> None:
    for number in range(3):
        create(accounts, name=f"room {number}", description="long")
    client = accounts.client(RETAILER)
    first = client.list_collaborations(maxResults=2)
    last = client.list_collaborations(maxResults=2, nextToken=first["nextToken"])
    assert [len(page["collaborationList"]) for page in (first, last)] == [2, 1]
    assert "nextToken" not in last
    assert not any("description" in each for each in first["collaborationList"])


def dp_needs_budget(accounts: Accounts) -> None:
    room = room_with(accounts, {"custom": ANY_QUERY["custom"] | {"differentialPrivacy": {"columns": [{"name": "id"}]}}})
    assert reasons(room) == ["DIFFERENTIAL_PRIVACY_POLICY_NOT_CONFIGURED"]
    answer = refused(room.ask, sql="SELECT COUNT(DISTINCT id) AS n FROM sales")
    assert answer["Message"] == "Differential privacy policy required"


def no_rule_not_queryable(accounts: Accounts) -> None:
    room = room_with(accounts, None)
    assert reasons(room) == ["ANALYSIS_RULE_MISSING"]
    assert refused(room.ask, sql="SELECT COUNT(*) AS n FROM sales")["Code"] == INVALID


def no_providers(accounts: Accounts) -> None:
    room = room_with(accounts, {"custom": {"allowedAnalyses": ["ANY_QUERY"], "allowedAnalysisProviders": []}})
    assert reasons(room) == ["ANALYSIS_PROVIDERS_NOT_CONFIGURED"]
    assert refused(room.ask, sql="SELECT COUNT(*) AS n FROM sales")["Code"] == INVALID


def same_rule_type(accounts: Accounts) -> None:
    room = room_with(accounts, LIST)
    room.add_table(BRAND, "ads", SALES, aggregation(2))
    sql = "SELECT COUNT(DISTINCT a.id) AS n FROM ads a INNER JOIN sales s ON a.id = s.id"
    assert refused(room.ask, sql=sql)["Code"] == INVALID


def most_restrictive(accounts: Accounts) -> None:
    room = make_room(accounts)
    rows = "".join(
        f"{city}{number},{city}\n" for city, people in (("x", 4), ("y", 3), ("z", 2)) for number in range(people)
    )
    for account, name, minimum in ((RETAILER, "sales", 2), (BRAND, "ads", 3)):
        room.add_table(account, name, SALES, aggregation(minimum))
        room.put_rows(account, f"{name}/1.csv", rows)
    sql = "SELECT s.city, COUNT(DISTINCT s.id) AS n FROM sales s INNER JOIN ads a ON s.id = a.id GROUP BY s.city"
    assert sorted(room.rows(room.finished(room.ask(sql)["id"]))) == ["x,4", "y,3"]


def _another(arn: str) -> str:
    return arn[:-1] + ("1" if arn.endswith("0") else "0")


def template_all_owners(accounts: Accounts) -> None:
    room = room_with(accounts, None)
    room.add_table(BRAND, "ads", SALES)
    template = _template(room, "SELECT COUNT(*) AS n FROM sales s INNER JOIN ads a ON s.id = a.id")["arn"]
    allowed, other = ({"custom": {"allowedAnalyses": [arn]}} for arn in (template, _another(template)))
    asked = {"sqlParameters": {"analysisTemplateArn": template}}
    _add_rule(room, allowed)
    room.client(BRAND).create_configured_table_analysis_rule(
        configuredTableIdentifier=room.tables["ads"]["table"],
        analysisRuleType="CUSTOM",
        analysisRulePolicy={"v1": other},
    )
    assert refused(room.ask, sql="", **asked)["Code"] == INVALID
    room.client(BRAND).update_configured_table_analysis_rule(
        configuredTableIdentifier=room.tables["ads"]["table"],
        analysisRuleType="CUSTOM",
        analysisRulePolicy={"v1": allowed},
    )
    assert room.finished(room.ask("", **asked)["id"])["status"] == "SUCCESS"


def association_rule_type(accounts: Accounts) -> None:
    room = room_with(accounts, LIST)
    stated = {"allowedResultReceivers": [BRAND], "allowedAdditionalAnalyses": []}
    made = room.client(RETAILER).create_configured_table_association_analysis_rule(
        membershipIdentifier=room.memberships[RETAILER],
        configuredTableAssociationIdentifier=room.tables["sales"]["association"],
        analysisRuleType="LIST",
        analysisRulePolicy={"v1": {"list": stated}},
    )["analysisRule"]
    assert made["policy"] == {"v1": {"list": stated}}
    assert reasons(room) == []


def no_column_rename(accounts: Accounts) -> None:
    room = make_room(accounts)
    room.add_table(RETAILER, "flights", {"loyalty number": "string", "city": "string"}, ANY_QUERY)
    room.put_rows(RETAILER, "flights/1.csv", "a,Rome\nb,Rome\n")
    done = room.finished(room.ask("SELECT COUNT(DISTINCT `loyalty number`) AS n FROM flights")["id"])
    assert room.rows(done) == ["2"]


def _add_rule(room: Room, rule: dict[str, Any], kind: str = "") -> None:
    room.client(RETAILER).create_configured_table_analysis_rule(
        configuredTableIdentifier=room.tables["sales"]["table"],
        analysisRuleType=kind or next(iter(rule)).upper(),
        analysisRulePolicy={"v1": rule},
    )


def _template(room: Room, text: str) -> dict[str, Any]:
    made: dict[str, Any] = room.client(BRAND).create_analysis_template(
        membershipIdentifier=room.memberships[BRAND], name="template", format="SQL", source={"text": text}
    )["analysisTemplate"]
    return made


BEHAVIOURS: Mapping[str, Callable[[Accounts], None]] = {
    function.__name__: function
    for function in (
        get_collaboration_missing,
        list_members_missing,
        error_list_per_operation,
        creator_status,
        membership_abilities,
        collaboration_mutability,
        table_mutability,
        association_mutability,
        template_mutability,
        one_rule_per_table,
        duplicate_conflict_text,
        rule_types_empty,
        delete_membership_children,
        query_initial_status,
        query_response_shape,
        region_isolation,
        enum_validation,
        pagination,
        dp_needs_budget,
        no_rule_not_queryable,
        no_providers,
        same_rule_type,
        most_restrictive,
        template_all_owners,
        association_rule_type,
        no_column_rename,
    )
}


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_behaviour(name: str, accounts: Accounts) -> None:
    BEHAVIOURS[name](accounts)


def test_every_behaviour_that_sources_tell_is_tried(outside: object) -> None:
    assert {entry["id"] for entry in entries("api_behaviour.yaml")} == set(BEHAVIOURS)
