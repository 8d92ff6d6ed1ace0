"""Declared rooms at the endpoint: everything that the room declares is there, and can be used."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from declarations.clean_room import CleanRoom
from declarations.loading import load_room
from simulator.api.preloading import PreloadingError, build_room
from simulator.api.server import LocalServer
from tests.simulator.api.accounts import BRAND, RETAILER, Accounts
from tests.simulator.api.rooms import Room

ROOT = Path(__file__).parents[3]
MODEL = f"arn:aws:cleanrooms-ml:us-east-1:{RETAILER}:configured-audience-model/loyal"
ROOM = f"""\
region: us-east-1
collaboration:
  name: everything
  creator_account_id: "{RETAILER}"
  creator_display_name: Retailer
  creator_member_abilities: []
  members:
    - {{account_id: "{BRAND}", display_name: Brand, member_abilities: [CAN_QUERY, CAN_RECEIVE_RESULTS]}}
  query_log_status: ENABLED
memberships:
  - account_id: "{BRAND}"
    query_log_status: ENABLED
    id_namespace_associations:
      - name: brand_ids
        input_reference_config:
          input_reference_arn: arn:aws:entityresolution:us-east-1:{BRAND}:idnamespace/target
          manage_resource_policies: true
    id_mapping_tables:
      - name: mapped
        input_reference_config:
          input_reference_arn: arn:aws:entityresolution:us-east-1:{BRAND}:idmappingworkflow/match
          manage_resource_policies: true
    intermediate_tables:
      - name: buyers
        population_analysis_configuration: {{sql_parameters: {{query_string: SELECT id FROM sales}}}}
        analysis_rule:
          custom:
            allowed_analyses: [ANY_QUERY]
            allowed_analysis_providers: ["{BRAND}"]
            allowed_result_receivers: ["{BRAND}"]
    privacy_budget_templates:
      - privacy_budget_type: ACCESS_BUDGET
        parameters:
          access_budget: {{resource_arn: "table:buyers", budget_parameters: [{{type: LIFETIME, budget: 9}}]}}
  - account_id: "{RETAILER}"
    query_log_status: ENABLED
    configured_tables:
      - name: sales
        table_reference: {{glue: {{database_name: lake, table_name: sales}}}}
        columns: {{id: string, city: string}}
        allowed_columns: [id, city]
        analysis_method: DIRECT_QUERY
        analysis_rule: {{custom: {{allowed_analyses: [ANY_QUERY], allowed_analysis_providers: ["{BRAND}"]}}}}
    configured_table_associations:
      - name: sales
        role_arn: arn:aws:iam::{RETAILER}:role/clean-rooms
        analysis_rule: {{custom: {{allowed_result_receivers: ["{BRAND}"]}}}}
    id_namespace_associations:
      - name: retailer_ids
        input_reference_config:
          input_reference_arn: arn:aws:entityresolution:us-east-1:{RETAILER}:idnamespace/source
          manage_resource_policies: true
    configured_audience_model_associations:
      - configured_audience_model_arn: {MODEL}
        configured_audience_model_association_name: loyal
        manage_resource_policies: true
"""

TWO_TABLES = f"""\
region: eu-west-1
collaboration:
  name: europe
  creator_account_id: "{RETAILER}"
  creator_display_name: Retailer
  creator_member_abilities: []
  members:
    - {{account_id: "{BRAND}", display_name: Brand, member_abilities: [CAN_QUERY, CAN_RECEIVE_RESULTS]}}
  query_log_status: ENABLED
memberships:
  - {{account_id: "{BRAND}", query_log_status: ENABLED}}
  - account_id: "{RETAILER}"
    query_log_status: ENABLED
    configured_tables:
      - name: sales
        table_reference: {{glue: {{database_name: lake, table_name: sales}}}}
        columns: {{id: string, city: string}}
        allowed_columns: [id, city]
        analysis_method: DIRECT_QUERY
        analysis_rule: {{custom: {{allowed_analyses: [ANY_QUERY], allowed_analysis_providers: ["{BRAND}"]}}}}
      - name: returns
        table_reference: {{glue: {{database_name: lake, table_name: returns, region: us-east-1}}}}
        columns: {{id: string, city: string}}
        allowed_columns: [id, city]
        analysis_method: DIRECT_QUERY
        analysis_rule: {{custom: {{allowed_analyses: [ANY_QUERY], allowed_analysis_providers: ["{BRAND}"]}}}}
    configured_table_associations:
      - name: sales
        role_arn: arn:aws:iam::{RETAILER}:role/clean-rooms
        analysis_rule: {{custom: {{allowed_result_receivers: ["{BRAND}"]}}}}
      - name: returns
        role_arn: arn:aws:iam::{RETAILER}:role/clean-rooms
        analysis_rule: {{custom: {{allowed_result_receivers: ["{BRAND}"]}}}}
"""


def loaded(folder: Path, text: str = ROOM) -> CleanRoom:
    """Load a room from its text."""
    path = folder / "room.yaml"
    path.write_text(text, encoding="utf-8")
    return load_room(path).room


def test_one_of_everything(tmp_path: Path, server: LocalServer, accounts: Accounts) -> None:
    """Members are declared in an order in which nothing would work if each were built at once."""
    (tmp_path / "sales.csv").write_text("id,city\na,Rome\nb,Oslo\n", encoding="utf-8")
    built = build_room(server.url, loaded(tmp_path), tmp_path)
    brand, retailer = accounts.client(BRAND), accounts.client(RETAILER)
    here, mine = ({"collaborationIdentifier": built.collaboration_id}, {"membershipIdentifier": ""})
    mine["membershipIdentifier"] = built.members[BRAND].membership_id
    listed: dict[str, Any] = {
        "namespaces": brand.list_collaboration_id_namespace_associations(**here),
        "audiences": brand.list_collaboration_configured_audience_model_associations(**here),
        "tables": brand.list_schemas(**here),
        "budgets": brand.list_privacy_budget_templates(**mine),
    }
    found = {kind: next(value for value in each.values() if isinstance(value, list)) for kind, each in listed.items()}
    assert {each["name"] for each in found["namespaces"]} == {"brand_ids", "retailer_ids"}
    assert {each["name"] for each in found["tables"]} == {"sales", "mapped", "buyers"}
    assert [each["name"] for each in found["audiences"]] == ["loyal"]
    assert len(found["budgets"]) == 1
    (table,) = brand.list_intermediate_tables(**mine)["intermediateTableSummaries"]
    assert (table["status"], table["analysisRuleTypes"]) == ("CREATED", ["CUSTOM"])
    assert brand.get_schema(**here, name="mapped")["schema"]["schemaStatusDetails"][0]["status"] == "READY"
    brand.populate_intermediate_table(**mine, intermediateTableIdentifier=table["id"])
    association = retailer.list_configured_audience_model_associations(
        membershipIdentifier=built.members[RETAILER].membership_id
    )["configuredAudienceModelAssociationSummaries"][0]
    assert association["configuredAudienceModelArn"] == MODEL


def test_declared_model_can_be_asked(tmp_path: Path, server: LocalServer, accounts: Accounts) -> None:
    """The ARN of the room is the model's; it was trained with nobody, so every seed is too small for it."""
    built = build_room(server.url, loaded(tmp_path), None)
    owner, partner = accounts.client(RETAILER, "cleanroomsml"), accounts.client(BRAND, "cleanroomsml")
    shown = owner.get_configured_audience_model(configuredAudienceModelArn=MODEL)
    assert shown["status"] == "ACTIVE"
    assert owner.get_audience_model(audienceModelArn=shown["audienceModelArn"])["status"] == "ACTIVE"
    assert len(owner.list_training_datasets()["trainingDatasets"]) == 1
    s3 = accounts.client(BRAND, "s3")
    s3.create_bucket(Bucket="seeds")
    seed = "".join(f'{{"user_id": "{number}"}}\n' for number in range(30))
    s3.put_object(Bucket="seeds", Key="seed", Body=seed.encode())
    stated = {"dataSource": {"s3Uri": "s3://seeds/seed"}, "roleArn": f"arn:aws:iam::{BRAND}:role/ml"}
    job = partner.start_audience_generation_job(
        name="first",
        configuredAudienceModelArn=MODEL,
        seedAudience=stated,
        collaborationId=built.collaboration_id,
    )
    found = partner.get_audience_generation_job(audienceGenerationJobArn=job["audienceGenerationJobArn"])
    assert found["statusDetails"]["statusCode"] == "INSUFFICIENT_MATCHING_SEED"


def test_twice_is_once(tmp_path: Path, server: LocalServer, accounts: Accounts) -> None:
    room = loaded(tmp_path)
    first, second = (build_room(server.url, room, None) for _ in range(2))
    assert dataclasses.asdict(first)["collaboration_id"] == second.collaboration_id
    assert {each.membership_id for each in first.members.values()} == {
        each.membership_id for each in second.members.values()
    }


def test_every_region_takes_a_room_with_rows(tmp_path: Path, server: LocalServer, accounts: Accounts) -> None:
    """One account brings two tables, the second from the catalogue of another region: both have their rows."""
    room = loaded(tmp_path, TWO_TABLES)
    for name in ("sales", "returns"):
        (tmp_path / f"{name}.csv").write_text("id,city\na,Rome\nb,Oslo\n", encoding="utf-8")
    built = build_room(server.url, room, tmp_path)
    accounts.client(BRAND, "s3").create_bucket(Bucket="results")
    membership = built.members[BRAND].membership_id
    brand = Room(accounts, built.collaboration_id, {BRAND: membership}, region="eu-west-1")
    asked = brand.ask("SELECT COUNT(*) AS n FROM sales INNER JOIN returns ON sales.id = returns.id")
    assert [line.strip('"') for line in brand.rows(brand.finished(asked["id"]))] == ["2"]


@pytest.mark.parametrize(
    "text", ["\ufeffid,city\na,Rome\nb,Oslo\n", "id;city\na;Rome\nb;Oslo\n", "city\tid\nRome\ta\n"]
)
def test_csv_that_a_run_reads_is_read(text: str, tmp_path: Path, server: LocalServer, accounts: Accounts) -> None:
    (tmp_path / "sales.csv").write_text(text, encoding="utf-8")
    built = build_room(server.url, loaded(tmp_path), tmp_path)
    accounts.client(BRAND, "s3").create_bucket(Bucket="results")
    brand = Room(accounts, built.collaboration_id, {BRAND: built.members[BRAND].membership_id})
    asked = brand.ask("SELECT COUNT(*) AS n FROM sales WHERE id = 'a' AND city = 'Rome'")
    assert [line.strip('"') for line in brand.rows(brand.finished(asked["id"]))] == ["1"]


def test_csv_files_of_a_table_begin_alike(tmp_path: Path, server: LocalServer, accounts: Accounts) -> None:
    (tmp_path / "sales").mkdir()
    (tmp_path / "sales" / "1.csv").write_text("id,city\na,Rome\n")
    (tmp_path / "sales" / "2.csv").write_text("city,id\nOslo,b\n")
    with pytest.raises(PreloadingError, match=r"first lines of .*1\.csv and .*2\.csv differ; .* the same order"):
        build_room(server.url, loaded(tmp_path), tmp_path)


def test_refused_part(tmp_path: Path, server: LocalServer, accounts: Accounts) -> None:
    text = ROOM.replace("idnamespace/target", "idnamespace/other")
    with pytest.raises(PreloadingError, match=r"room 'everything': .* no TARGET ID namespace association"):
        build_room(server.url, loaded(tmp_path, text), None)


@pytest.mark.parametrize("name", ["measurement", "reach"])
def test_example_room(name: str, server: LocalServer, accounts: Accounts) -> None:
    """The example's rooms are built as they are declared."""
    folder = ROOT / "examples" / "complete_journey"
    room = load_room(folder / name).room
    built = build_room(server.url, room, folder / "data")
    assert set(built.members) == {membership.account_id for membership in room.memberships}
    asked = {"collaborationIdentifier": built.collaboration_id}
    schemas = accounts.client(room.query_runner).list_schemas(**asked)["schemaSummaries"]
    declared = {each.association.name for each in room.associated_tables()}
    assert declared <= {each["name"] for each in schemas}
