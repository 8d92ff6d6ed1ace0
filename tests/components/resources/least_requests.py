"""For each resource type, the least that must be stated, with everything made that it needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from tests.simulator.api.accounts import BRAND, RETAILER
from tests.simulator.api.audiences import SCHEMA, Audiences
from tests.simulator.api.rooms import ROLE, Room

CUSTOM = {"custom": {"allowedAnalyses": ["ANY_QUERY"], "allowedAnalysisProviders": [BRAND]}}
TABLE: dict[str, Any] = {
    "name": "more",
    "tableReference": {"glue": {"databaseName": "lake", "tableName": "sales"}},
    "allowedColumns": ["id"],
    "analysisMethod": "DIRECT_QUERY",
}
ALONE: dict[str, Any] = {
    "name": "alone",
    "creatorDisplayName": "Retailer",
    "creatorMemberAbilities": ["CAN_QUERY"],
    "members": [],
    "queryLogStatus": "DISABLED",
}
POPULATION = {"sqlParameters": {"queryString": "SELECT id, city FROM sales"}}


class Least(NamedTuple):
    """A request, and the account that makes it."""

    account: str
    members: dict[str, Any]


def collaboration(_room: Room) -> Least:
    return Least(RETAILER, ALONE)


def membership(room: Room) -> Least:
    made = room.client(RETAILER).create_collaboration(**ALONE)["collaboration"]["id"]
    return Least(RETAILER, {"collaborationIdentifier": made, "queryLogStatus": "DISABLED"})


def configured_table(_room: Room) -> Least:
    return Least(RETAILER, TABLE)


def table_rule(room: Room) -> Least:
    made = room.client(RETAILER).create_configured_table(**TABLE)["configuredTable"]["id"]
    rule = {"analysisRuleType": "CUSTOM", "analysisRulePolicy": {"v1": CUSTOM}}
    return Least(RETAILER, {"configuredTableIdentifier": made, **rule})


def association(room: Room) -> Least:
    made = room.client(RETAILER).create_configured_table(**TABLE)["configuredTable"]["id"]
    stated = {"name": "more", "configuredTableIdentifier": made, "roleArn": ROLE.format(account=RETAILER)}
    return Least(RETAILER, _mine(room) | stated)


def association_rule(room: Room) -> Least:
    associated = {"configuredTableAssociationIdentifier": room.tables["sales"]["association"]}
    rule = {"analysisRuleType": "CUSTOM", "analysisRulePolicy": {"v1": {"custom": {}}}}
    return Least(RETAILER, _mine(room) | associated | rule)


def analysis_template(room: Room) -> Least:
    stated = {"name": "ids", "format": "SQL", "source": {"text": "SELECT id FROM sales"}}
    return Least(BRAND, _mine(room, BRAND) | stated)


def privacy_budget_template(room: Room) -> Least:
    parameters = {"differentialPrivacy": {"epsilon": 3, "usersNoisePerQuery": 30}}
    return Least(RETAILER, _mine(room) | {"privacyBudgetType": "DIFFERENTIAL_PRIVACY", "parameters": parameters})


def audience_association(room: Room) -> Least:
    stated = {
        "configuredAudienceModelArn": Audiences(room.accounts).ready(),
        "configuredAudienceModelAssociationName": "visitors",
        "manageResourcePolicies": True,
    }
    return Least(RETAILER, _mine(room) | stated)


def id_namespace(room: Room) -> Least:
    return Least(
        RETAILER, _mine(room) | {"name": "customers", "inputReferenceConfig": _entity("idnamespace/customers")}
    )


def id_mapping_table(room: Room) -> Least:
    for side in ("source", "target"):
        config = {"name": side, "inputReferenceConfig": _entity(f"idnamespace/{side}")}
        room.client(RETAILER).create_id_namespace_association(**_mine(room), **config)
    return Least(RETAILER, _mine(room) | {"name": "ids", "inputReferenceConfig": _entity("idmappingworkflow/match")})


def intermediate_table(room: Room) -> Least:
    return Least(BRAND, _mine(room, BRAND) | {"name": "kept", "populationAnalysisConfiguration": POPULATION})


def intermediate_table_rule(room: Room) -> Least:
    stated = intermediate_table(room).members
    made = room.client(BRAND).create_intermediate_table(**stated)["intermediateTable"]["id"]
    rule = {"analysisRuleType": "CUSTOM", "analysisRulePolicy": {"v1": CUSTOM}}
    return Least(BRAND, _mine(room, BRAND) | {"intermediateTableIdentifier": made} | rule)


def change_request(room: Room) -> Least:
    member = {"accountId": "333333333333", "displayName": "Agency", "memberAbilities": []}
    change = {"specificationType": "MEMBER", "specification": {"member": member}}
    return Least(RETAILER, {"collaborationIdentifier": room.id, "changes": [change]})


def training_dataset(room: Room) -> Least:
    Audiences(room.accounts).add_training_table()
    source = {"glueDataSource": {"tableName": "visits", "databaseName": "ml"}}
    data = [{"type": "INTERACTIONS", "inputConfig": {"schema": SCHEMA, "dataSource": source}}]
    return Least(RETAILER, {"name": "visits", "roleArn": ROLE.format(account=RETAILER), "trainingData": data})


def audience_model(room: Room) -> Least:
    audiences = Audiences(room.accounts)
    audiences.add_training_table()
    return Least(RETAILER, {"name": "visits", "trainingDatasetArn": audiences.dataset()})


def configured_audience_model(room: Room) -> Least:
    audiences = Audiences(room.accounts)
    audiences.add_training_table()
    place = {"s3Destination": {"s3Uri": "s3://audiences/out"}}
    stated = {
        "name": "visitors",
        "audienceModelArn": audiences.model(audiences.dataset()),
        "outputConfig": {"destination": place, "roleArn": ROLE.format(account=RETAILER)},
        "sharedAudienceMetrics": ["NONE"],
    }
    return Least(RETAILER, stated)


LEAST: dict[str, Callable[[Room], Least]] = {
    "Collaboration": collaboration,
    "Membership": membership,
    "ConfiguredTable": configured_table,
    "ConfiguredTableAnalysisRule": table_rule,
    "ConfiguredTableAssociation": association,
    "ConfiguredTableAssociationAnalysisRule": association_rule,
    "AnalysisTemplate": analysis_template,
    "PrivacyBudgetTemplate": privacy_budget_template,
    "ConfiguredAudienceModelAssociation": audience_association,
    "IdNamespaceAssociation": id_namespace,
    "IdMappingTable": id_mapping_table,
    "IntermediateTable": intermediate_table,
    "IntermediateTableAnalysisRule": intermediate_table_rule,
    "CollaborationChangeRequest": change_request,
    "TrainingDataset": training_dataset,
    "AudienceModel": audience_model,
    "ConfiguredAudienceModel": configured_audience_model,
}
"""By the name of the type. A ConfiguredAudienceModelPolicy has no optional member."""


def _mine(room: Room, account: str = RETAILER) -> dict[str, Any]:
    return {"membershipIdentifier": room.memberships[account]}


def _entity(resource: str) -> dict[str, Any]:
    arn = f"arn:aws:entityresolution:us-east-1:{RETAILER}:{resource}"
    return {"inputReferenceArn": arn, "manageResourcePolicies": True}
