"""Requests with every member that the documentation of a release prints, put to the endpoint.

A request that states everything is answered, or refused by an error that names what excludes each other; then each way
to ask is answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest
from botocore.exceptions import ClientError

from simulator.api.calls import now
from simulator.api.cleanroomsml.declared_models import place_configured_audience_model
from simulator.api.world import WORLD
from tests.simulator.api.accounts import BRAND, REGION, RETAILER, Accounts
from tests.simulator.api.request_syntax import OneOf, documented
from tests.simulator.api.rooms import make_room

SALES = {"id": "string", "city": "string", "amount": "int"}
BUDGET = {"differentialPrivacy": {"epsilon": 10, "usersNoisePerQuery": 30}}
PRIVATE = {
    "custom": {
        "allowedAnalyses": ["ANY_QUERY"],
        "allowedAnalysisProviders": [BRAND],
        "differentialPrivacy": {"columns": [{"name": "id"}]},
    }
}
NUMBERS = {"maxResults": 1, "epsilon": 10, "usersNoisePerQuery": 30, "minimum": 2}
EXCLUDING = {
    "create_configured_table_analysis_rule": "analysisRulePolicy.v1",
    "update_configured_table_analysis_rule": "analysisRulePolicy.v1",
    "start_protected_query": "exactly one of queryString, analysisTemplateArn",
}
"""The operations with members that exclude each other, and what the refusal of all of them at once says."""

WAYS: dict[str, tuple[dict[str, Any], ...]] = {
    "create_configured_table_analysis_rule": tuple(
        {"analysisRuleType": kind.upper(), "v1": kind} for kind in ("aggregation", "list", "custom")
    ),
    "update_configured_table_analysis_rule": ({"analysisRuleType": "CUSTOM", "v1": "custom"},),
    "start_protected_query": ({"sqlParameters": "queryString"}, {"sqlParameters": "analysisTemplateArn, parameters"}),
}
"""The ways to ask them: what to choose of alternatives, and which members of a structure to keep."""


class Prepared:
    """A room in which every operation has something to work on."""

    def __init__(self, accounts: Accounts) -> None:
        self.room = room = make_room(accounts)
        room.add_table(RETAILER, "sales", SALES, PRIVATE)
        room.add_table(RETAILER, "more", SALES)
        retailer, brand = room.client(RETAILER), room.client(BRAND)
        membership = {"membershipIdentifier": room.memberships[RETAILER]}
        budget = retailer.create_privacy_budget_template(
            **membership, privacyBudgetType="DIFFERENTIAL_PRIVACY", autoRefresh="NONE", parameters=BUDGET
        )["privacyBudgetTemplate"]
        models = f"arn:aws:cleanrooms-ml:us-east-1:{RETAILER}:configured-audience-model"
        for name in ("look-alikes", "others"):
            place_configured_audience_model(WORLD.store(REGION), f"{models}/{name}", now())
        audience = retailer.create_configured_audience_model_association(
            **membership,
            configuredAudienceModelArn=f"{models}/look-alikes",
            configuredAudienceModelAssociationName="look-alikes",
            manageResourcePolicies=True,
        )["configuredAudienceModelAssociation"]
        template = brand.create_analysis_template(
            membershipIdentifier=room.memberships[BRAND],
            name="counts",
            format="SQL",
            source={"text": "SELECT COUNT(DISTINCT id) AS people FROM sales WHERE city = :city"},
            analysisParameters=[{"name": "city", "type": "VARCHAR"}],
        )["analysisTemplate"]
        self.values: dict[str, Any] = {
            "accountId": BRAND,
            "allowedAnalyses": "ANY_QUERY",
            "allowedAnalysisProviders": BRAND,
            "analysisTemplateArn": template["arn"],
            "bucket": "results",
            "collaborationIdentifier": room.id,
            "columnName": "id",
            "columnNames": "id",
            "configuredAudienceModelArn": f"{models}/others",
            "configuredAudienceModelAssociationIdentifier": audience["id"],
            "configuredAudienceModelAssociationName": "others",
            "configuredTableIdentifier": room.tables["sales"]["table"],
            "description": "of a room",
            "dimensionColumns": "city",
            "joinColumns": "id",
            "keyPrefix": "out",
            "listColumns": "amount",
            "membershipIdentifier": room.memberships[RETAILER],
            "name": "id",
            "nextToken": "",
            "parameters": {"city": "Rome"},
            "privacyBudgetTemplateIdentifier": budget["id"],
            "queryString": "SELECT COUNT(DISTINCT id) AS people FROM sales",
            "tags": {"team": "reach"},
        }
        self.account = RETAILER

    def adapt(self, operation: str) -> None:
        """Let the one ask who may, about something that the operation can be done to."""
        if operation in {"start_protected_query", "get_protected_query", "update_protected_query"}:
            self._as_brand()
        if operation in {"get_protected_query", "update_protected_query"}:
            self.values["protectedQueryIdentifier"] = self.room.ask(self.values["queryString"])["id"]
        if operation == "create_configured_table_analysis_rule":
            self.values["configuredTableIdentifier"] = self.room.tables["more"]["table"]
        if operation == "create_privacy_budget_template":
            self._as_brand()  # the retailer has one
        if operation == "get_schema_analysis_rule":
            self.values["name"] = "sales"

    def _as_brand(self) -> None:
        self.account = BRAND
        self.values["membershipIdentifier"] = self.room.memberships[BRAND]

    def request(self, members: Mapping[str, Any], way: Mapping[str, str]) -> dict[str, Any]:
        """Return a request with every member, but for those that *way* leaves out."""
        return {name: self._filled(name, value, way) for name, value in members.items()}

    def _filled(self, name: str, value: Any, way: Mapping[str, str]) -> Any:
        if isinstance(value, OneOf):
            return way.get(name, "CUSTOM" if "CUSTOM" in value else value[0])
        if isinstance(value, dict) and "string" not in value:
            kept = way.get(name, ", ".join(value)).split(", ")
            return {inner: self._filled(inner, value[inner], way) for inner in value if inner in kept}
        if isinstance(value, list):
            return [self._filled(name, value[0], way)]
        if isinstance(value, int) and not isinstance(value, bool):
            return NUMBERS[name]
        return value if value != "string" and isinstance(value, str) else self.values[name]


@pytest.fixture
def prepared(accounts: Accounts) -> Prepared:
    return Prepared(accounts)


def _cases(*, ways: bool) -> list[Any]:
    found = [
        pytest.param(
            syntax.operation, syntax.members, way, id=f"{syntax.operation}-{'-'.join(way.values())}".rstrip("-")
        )
        for syntax in documented("000_*.txt")
        for way in (WAYS.get(syntax.operation, ()) if ways else ({},))
    ]
    missing = pytest.param("", {}, {}, marks=pytest.mark.skip(reason="no folder ../shared/seeds beside the repository"))
    return found or [missing]


@pytest.mark.parametrize(("operation", "members", "way"), _cases(ways=False))
def test_every_member_at_once(operation: str, members: Any, way: Any, prepared: Prepared) -> None:
    prepared.adapt(operation)
    asked = prepared.request(members, way)
    if operation in EXCLUDING:
        with pytest.raises(ClientError, match=EXCLUDING[operation]) as error:
            getattr(prepared.room.client(prepared.account), operation)(**asked)
        assert error.value.response["Error"]["Code"] == "ValidationException"
        return
    _ask(prepared, operation, asked)


@pytest.mark.parametrize(("operation", "members", "way"), _cases(ways=True))
def test_each_way(operation: str, members: Any, way: Any, prepared: Prepared) -> None:
    prepared.adapt(operation)
    _ask(prepared, operation, prepared.request(members, way))


def _ask(prepared: Prepared, operation: str, asked: dict[str, Any]) -> None:
    client = prepared.room.client(prepared.account)
    # A query may be faster than its cancellation.
    faster = client.exceptions.ConflictException if operation == "update_protected_query" else ()
    with suppress(faster):
        getattr(client, operation)(**asked)
