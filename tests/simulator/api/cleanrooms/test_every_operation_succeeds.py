"""One room from its beginning to its end, in which every operation of the service succeeds at least once."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.api.service_model import load_service_model
from tests.simulator.api import faithful
from tests.simulator.api.accounts import BRAND, RETAILER, STRANGER, Accounts
from tests.simulator.api.audiences import Audiences
from tests.simulator.api.rooms import ANY_QUERY, ROLE, Room, make_room

RECEIVERS = {"v1": {"custom": {"allowedResultReceivers": [BRAND]}}}
ABILITIES = ["CAN_QUERY", "CAN_RECEIVE_RESULTS", "CAN_RUN_JOB", "CAN_EXPORT_QUERY_ANALYSIS_LOG"]


@pytest.fixture
def room(accounts: Accounts) -> Room:
    brand = {"accountId": BRAND, "displayName": "Brand", "memberAbilities": ABILITIES}
    made = make_room(accounts, members=[brand])
    made.add_table(RETAILER, "sales", {"id": "string", "city": "string"}, ANY_QUERY)
    made.put_rows(RETAILER, "sales/1.csv", "a,Rome\nb,Rome\nc,Oslo\n")
    return made


def test_all(room: Room) -> None:
    faithful.answered.clear()
    room.add_table(RETAILER, "more", {"id": "string", "city": "string"}, ANY_QUERY)
    for part in (rooms, tables, templates, budgets, audiences, identities, queries, intermediate, changes, tags, ends):
        part(room)
    accounts = room.accounts.client(STRANGER)
    made = accounts.create_collaboration(
        name="short",
        creatorDisplayName="Stranger",
        creatorMemberAbilities=["CAN_QUERY"],
        queryLogStatus="DISABLED",
        members=[],
    )["collaboration"]["id"]
    accounts.create_membership(collaborationIdentifier=made, queryLogStatus="DISABLED")
    assert set(load_service_model("cleanrooms").operations) - faithful.answered == set()


def rooms(room: Room) -> None:
    client = room.client(RETAILER)
    client.get_collaboration(collaborationIdentifier=room.id)
    client.update_collaboration(collaborationIdentifier=room.id, description="of a room")
    assert client.list_collaborations()["collaborationList"]
    assert len(client.list_members(collaborationIdentifier=room.id)["memberSummaries"]) == 2
    membership = {"membershipIdentifier": room.memberships[RETAILER]}
    client.get_membership(**membership)
    client.update_membership(**membership, queryLogStatus="DISABLED")
    assert client.list_memberships()["membershipSummaries"]


def tables(room: Room) -> None:
    client, sales = room.client(RETAILER), room.tables["sales"]
    table = {"configuredTableIdentifier": sales["table"]}
    assert client.get_configured_table(**table)["configuredTable"]["analysisRuleTypes"] == ["CUSTOM"]
    client.update_configured_table(**table, description="of sales")
    assert len(client.list_configured_tables()["configuredTableSummaries"]) == 2
    rule = {**table, "analysisRuleType": "CUSTOM"}
    held = client.get_configured_table_analysis_rule(**rule)["analysisRule"]
    client.update_configured_table_analysis_rule(**rule, analysisRulePolicy=held["policy"])
    membership = {"membershipIdentifier": room.memberships[RETAILER]}
    association = {**membership, "configuredTableAssociationIdentifier": sales["association"]}
    client.get_configured_table_association(**association)
    client.update_configured_table_association(**association, description="of sales")
    client.list_configured_table_associations(**membership)
    rule = {**association, "analysisRuleType": "CUSTOM"}
    client.create_configured_table_association_analysis_rule(**rule, analysisRulePolicy=RECEIVERS)
    client.get_configured_table_association_analysis_rule(**rule)
    client.update_configured_table_association_analysis_rule(**rule, analysisRulePolicy=RECEIVERS)
    schemas(room)
    more = room.tables["more"]
    gone = {**membership, "configuredTableAssociationIdentifier": more["association"]}
    client.create_configured_table_association_analysis_rule(
        **gone, analysisRuleType="CUSTOM", analysisRulePolicy=RECEIVERS
    )
    client.delete_configured_table_association_analysis_rule(**gone, analysisRuleType="CUSTOM")
    client.delete_configured_table_association(**gone)
    client.delete_configured_table_analysis_rule(configuredTableIdentifier=more["table"], analysisRuleType="CUSTOM")
    client.delete_configured_table(configuredTableIdentifier=more["table"])


def schemas(room: Room) -> None:
    client, here = room.client(BRAND), {"collaborationIdentifier": room.id}
    assert len(client.list_schemas(**here, schemaType="TABLE")["schemaSummaries"]) == 2
    schema = client.get_schema(**here, name="sales")["schema"]
    assert [each["status"] for each in schema["schemaStatusDetails"]] == ["READY", "NOT_READY"]
    batch = client.batch_get_schema(**here, names=["sales", "nothing"])
    assert [each["name"] for each in batch["schemas"]] == ["sales"]
    assert [each["name"] for each in batch["errors"]] == ["nothing"]
    rule = client.get_schema_analysis_rule(**here, name="sales", type="CUSTOM")["analysisRule"]
    consolidated = rule["consolidatedPolicy"]["v1"]["custom"]
    assert consolidated == ANY_QUERY["custom"] | RECEIVERS["v1"]["custom"]
    asked = [{"name": "sales", "type": "CUSTOM"}, {"name": "sales", "type": "LIST"}]
    batch = client.batch_get_schema_analysis_rule(**here, schemaAnalysisRuleRequests=asked)
    assert (len(batch["analysisRules"]), len(batch["errors"])) == (1, 1)


def templates(room: Room) -> None:
    client, membership = room.client(BRAND), {"membershipIdentifier": room.memberships[BRAND]}
    text = {"text": "SELECT city, COUNT(*) AS n FROM sales GROUP BY city"}
    made = client.create_analysis_template(**membership, name="cities", format="SQL", source=text)["analysisTemplate"]
    template = {**membership, "analysisTemplateIdentifier": made["id"]}
    client.get_analysis_template(**template)
    client.update_analysis_template(**template, description="of cities")
    client.list_analysis_templates(**membership)
    other, here = room.client(RETAILER), {"collaborationIdentifier": room.id}
    assert other.get_collaboration_analysis_template(**here, analysisTemplateArn=made["arn"])
    assert other.list_collaboration_analysis_templates(**here)["collaborationAnalysisTemplateSummaries"]
    batch = other.batch_get_collaboration_analysis_template(
        **here, analysisTemplateArns=[made["arn"], made["arn"] + "0"]
    )
    assert (len(batch["collaborationAnalysisTemplates"]), len(batch["errors"])) == (1, 1)
    client.delete_analysis_template(**template)


def budgets(room: Room) -> None:
    client, membership = room.client(RETAILER), {"membershipIdentifier": room.memberships[RETAILER]}
    stated = {"differentialPrivacy": {"epsilon": 10, "usersNoisePerQuery": 30}}
    impact = client.preview_privacy_impact(**membership, parameters=stated)["privacyImpact"]["differentialPrivacy"]
    counts = {each["type"]: each["maxCount"] for each in impact["aggregations"]}
    assert counts == {"AVG": 165, "COUNT": 330, "COUNT_DISTINCT": 660, "STDDEV": 165, "SUM": 220}
    kind = {"privacyBudgetType": "DIFFERENTIAL_PRIVACY"}
    made = client.create_privacy_budget_template(**membership, **kind, autoRefresh="CALENDAR_MONTH", parameters=stated)
    template = {**membership, "privacyBudgetTemplateIdentifier": made["privacyBudgetTemplate"]["id"]}
    client.get_privacy_budget_template(**template)
    client.list_privacy_budget_templates(**membership)
    client.update_privacy_budget_template(**template, **kind, parameters={"differentialPrivacy": {"epsilon": 12}})
    assert client.list_privacy_budgets(**membership, **kind)["privacyBudgetSummaries"]
    other, here = room.client(BRAND), {"collaborationIdentifier": room.id}
    identifier = template["privacyBudgetTemplateIdentifier"]
    other.get_collaboration_privacy_budget_template(**here, privacyBudgetTemplateIdentifier=identifier)
    other.list_collaboration_privacy_budget_templates(**here)
    other.list_collaboration_privacy_budgets(**here, **kind)
    client.delete_privacy_budget_template(**template)


def audiences(room: Room) -> None:
    client, membership = room.client(RETAILER), {"membershipIdentifier": room.memberships[RETAILER]}
    arn = Audiences(room.accounts).ready()
    made = client.create_configured_audience_model_association(
        **membership,
        configuredAudienceModelArn=arn,
        configuredAudienceModelAssociationName="look-alikes",
        manageResourcePolicies=True,
    )["configuredAudienceModelAssociation"]
    identifier = {"configuredAudienceModelAssociationIdentifier": made["id"]}
    client.get_configured_audience_model_association(**membership, **identifier)
    client.update_configured_audience_model_association(**membership, **identifier, description="of buyers")
    client.list_configured_audience_model_associations(**membership)
    other, here = room.client(BRAND), {"collaborationIdentifier": room.id}
    other.get_collaboration_configured_audience_model_association(**here, **identifier)
    other.list_collaboration_configured_audience_model_associations(**here)
    client.delete_configured_audience_model_association(**membership, **identifier)


def identities(room: Room) -> None:
    client, membership = room.client(RETAILER), {"membershipIdentifier": room.memberships[RETAILER]}
    made = [_namespace(client, membership, side) for side in ("source", "target")]
    identifier = {"idNamespaceAssociationIdentifier": made[0]}
    client.get_id_namespace_association(**membership, **identifier)
    client.update_id_namespace_association(**membership, **identifier, description="of customers")
    client.list_id_namespace_associations(**membership)
    other, here = room.client(BRAND), {"collaborationIdentifier": room.id}
    other.get_collaboration_id_namespace_association(**here, **identifier)
    other.list_collaboration_id_namespace_associations(**here)
    workflow = f"arn:aws:entityresolution:us-east-1:{RETAILER}:idmappingworkflow/match"
    config = {"inputReferenceArn": workflow, "manageResourcePolicies": True}
    mapping = client.create_id_mapping_table(**membership, name="ids", inputReferenceConfig=config)["idMappingTable"]
    table = {**membership, "idMappingTableIdentifier": mapping["id"]}
    client.get_id_mapping_table(**table)
    client.update_id_mapping_table(**table, description="of customers")
    client.list_id_mapping_tables(**membership)
    schema = {"collaborationIdentifier": room.id, "name": "ids"}
    (reason,) = other.get_schema(**schema)["schema"]["schemaStatusDetails"][0]["reasons"]
    assert reason["code"] == "ID_MAPPING_TABLE_NOT_POPULATED"
    client.populate_id_mapping_table(**table)
    assert other.get_schema(**schema)["schema"]["schemaStatusDetails"][0]["status"] == "READY"
    other.get_schema_analysis_rule(**schema, type="ID_MAPPING_TABLE")
    client.delete_id_mapping_table(**table)
    for each in made:
        client.delete_id_namespace_association(**membership, idNamespaceAssociationIdentifier=each)


def _namespace(client: Any, membership: dict[str, str], side: str) -> str:
    config = {
        "inputReferenceArn": f"arn:aws:entityresolution:us-east-1:{RETAILER}:idnamespace/{side}",
        "manageResourcePolicies": True,
    }
    made = client.create_id_namespace_association(**membership, name=side, inputReferenceConfig=config)
    found: str = made["idNamespaceAssociation"]["id"]
    return found


def queries(room: Room) -> None:
    client, membership = room.client(BRAND), {"membershipIdentifier": room.memberships[BRAND]}
    query = room.ask("SELECT city, COUNT(*) AS n FROM sales GROUP BY city")
    done = room.finished(query["id"])
    assert done["status"] == "SUCCESS", done
    client.list_protected_queries(**membership, status="SUCCESS")
    later = room.ask("SELECT city FROM sales")["id"]
    try:
        client.update_protected_query(**membership, protectedQueryIdentifier=later, targetStatus="CANCELLED")
    except client.exceptions.ConflictException:
        faithful.answered.add("UpdateProtectedQuery")  # it was faster; test_protected_query.py cancels for sure
    room.finished(later)
    place = {"outputConfiguration": {"s3": {"bucket": "results"}}}
    export = client.start_analysis_log_export(
        **membership, analysisId=query["id"], analysisType="PROTECTED_QUERY", resultConfiguration=place
    )["analysisLogExport"]["analysisLogExportId"]
    client.get_analysis_log_export(**membership, analysisLogExportIdentifier=export)
    assert client.list_analysis_log_exports(**membership, status="SUCCESS")["analysisLogExports"]
    jobs(room)


def jobs(room: Room) -> None:
    client, membership = room.client(BRAND), {"membershipIdentifier": room.memberships[BRAND]}
    place = {"outputConfiguration": {"s3": {"bucket": "results"}}, "roleArn": ROLE.format(account=BRAND)}
    client.update_membership(**membership, defaultJobResultConfiguration=place)
    script = {"location": {"bucket": "code", "key": "job.py"}}
    source = {"artifacts": {"entryPoint": script, "roleArn": ROLE.format(account=BRAND)}}
    template = client.create_analysis_template(**membership, name="job", format="PYSPARK_1_0", source=source)
    arn = {"analysisTemplateArn": template["analysisTemplate"]["arn"]}
    started = [client.start_protected_job(**membership, type="PYSPARK", jobParameters=arn) for _ in range(2)]
    first, second = (each["protectedJob"]["id"] for each in started)
    statuses = [client.get_protected_job(**membership, protectedJobIdentifier=first) for _ in range(2)]
    assert [each["protectedJob"]["status"] for each in statuses] == ["STARTED", "SUCCESS"]
    client.update_protected_job(**membership, protectedJobIdentifier=second, targetStatus="CANCELLED")
    assert len(client.list_protected_jobs(**membership)["protectedJobs"]) == 2
    client.delete_analysis_template(**membership, analysisTemplateIdentifier=template["analysisTemplate"]["id"])


def intermediate(room: Room) -> None:
    client, membership = room.client(BRAND), {"membershipIdentifier": room.memberships[BRAND]}
    stated = {"sqlParameters": {"queryString": "SELECT id, city FROM sales WHERE city = 'Rome'"}}
    made = client.create_intermediate_table(**membership, name="romans", populationAnalysisConfiguration=stated)
    table = {**membership, "intermediateTableIdentifier": made["intermediateTable"]["id"]}
    assert made["intermediateTable"]["status"] == "CREATED"
    populated = client.populate_intermediate_table(**table)
    assert room.finished(populated["analysisId"])["status"] == "SUCCESS"
    shown = client.get_intermediate_table(**table)["intermediateTable"]
    assert shown["status"] == "POPULATE_SUCCESS"
    assert shown["intermediateTableVersion"]["inheritedConstraints"]["allowedResultReceivers"]["value"] == [BRAND]
    client.list_intermediate_tables(**membership)
    assert client.list_intermediate_table_versions(**table)["intermediateTableVersionSummaries"]
    client.update_intermediate_table(**table, description="of Rome", columns=[{"name": "city", "type": "varchar"}])
    rule = {**table, "analysisRuleType": "CUSTOM"}
    custom = ANY_QUERY["custom"] | RECEIVERS["v1"]["custom"]
    client.create_intermediate_table_analysis_rule(**rule, analysisRulePolicy={"v1": {"custom": custom}})
    client.get_intermediate_table_analysis_rule(**rule)
    client.update_intermediate_table_analysis_rule(**rule, analysisRulePolicy={"v1": {"custom": custom}})
    done = room.finished(room.ask("SELECT COUNT(*) AS n FROM romans")["id"])
    assert room.rows(done) == ["2"], done
    retailer = {"membershipIdentifier": room.memberships[RETAILER]}
    room.client(RETAILER).disallow_intermediate_table(**retailer, intermediateTableName="romans")
    assert client.get_intermediate_table(**table)["intermediateTable"]["status"] == "DISALLOWED_BY_DATA_PROVIDER"
    client.delete_intermediate_table_analysis_rule(**rule)
    client.delete_intermediate_table(**table)


def changes(room: Room) -> None:
    owner, here = room.client(RETAILER), {"collaborationIdentifier": room.id}
    member = {"accountId": STRANGER, "memberAbilities": ["CAN_RECEIVE_RESULTS"], "displayName": "Agency"}
    change = {"specificationType": "MEMBER", "specification": {"member": member}}
    made = owner.create_collaboration_change_request(**here, changes=[change])["collaborationChangeRequest"]
    assert (made["status"], made["changes"][0]["types"]) == ("PENDING", ["ADD_MEMBER"])
    request = {**here, "changeRequestIdentifier": made["id"]}
    room.client(BRAND).update_collaboration_change_request(**request, action="APPROVE")
    assert (
        room.client(BRAND).get_collaboration_change_request(**request)["collaborationChangeRequest"]["status"]
        == "APPROVED"
    )
    owner.update_collaboration_change_request(**request, action="COMMIT")
    assert owner.list_collaboration_change_requests(**here, status="COMMITTED")["collaborationChangeRequestSummaries"]
    assert STRANGER in {each["accountId"] for each in owner.list_members(**here)["memberSummaries"]}


def tags(room: Room) -> None:
    client, arn = room.client(RETAILER), room.tables["sales"]["arn"]
    client.tag_resource(resourceArn=arn, tags={"team": "reach", "stage": "test"})
    client.untag_resource(resourceArn=arn, tagKeys=["stage"])
    assert client.list_tags_for_resource(resourceArn=arn)["tags"] == {"team": "reach"}


def ends(room: Room) -> None:
    room.client(RETAILER).delete_member(collaborationIdentifier=room.id, accountId=STRANGER)
    room.client(BRAND).delete_membership(membershipIdentifier=room.memberships[BRAND])
    room.client(RETAILER).delete_collaboration(collaborationIdentifier=room.id)
