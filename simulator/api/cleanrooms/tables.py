"""The tables of a collaboration as SQL sees them, built from the API's resources for the simulator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from declarations.analysis_rules import AnalysisRule, AnalysisRuleIdMappingTable, AssociationAnalysisRule, rule_of
from declarations.configured_table import UNKNOWN_TYPE
from simulator.api.calls import Call
from simulator.api.cleanrooms.analysis_rules import rules_of
from simulator.api.cleanrooms.dependants import kept
from simulator.api.cleanrooms.glue import glue_table
from simulator.api.cleanrooms.lookup import brought
from simulator.api.cleanrooms.spending import access_account, is_privacy_template, ledger
from simulator.api.store import Record
from simulator.request import InheritedControls, Table, TableKind


@dataclass(frozen=True, slots=True)
class RoomTable:
    """A table of a collaboration.

    Attributes:
        table: The table as SQL sees it.
        resource: The association, ID mapping table or intermediate table.
        source: The configured table behind an association; else the resource itself.
        partition_keys: The columns that are partition keys.
    """

    table: Table
    resource: Record
    source: Record
    partition_keys: tuple[str, ...] = ()


def tables_of(call: Call, collaboration_id: str) -> dict[str, RoomTable]:
    """Return the tables that active members share in a collaboration, by lower-case SQL name."""
    found = [
        *_configured(call, collaboration_id),
        *_id_mapping(call, collaboration_id),
        *_intermediate(call, collaboration_id),
    ]
    return {each.table.name.lower(): each for each in found}


def access_templates(call: Call, collaboration_id: str) -> dict[str, Record]:
    """Return the access budget templates of a collaboration by the ARN of the table that each limits."""
    return {
        template.body["parameters"]["accessBudget"]["resourceArn"]: template
        for template in brought(call, collaboration_id, "privacy_budget_template")
        if not is_privacy_template(template)
    }


def _configured(call: Call, collaboration_id: str) -> Iterator[RoomTable]:
    templates = access_templates(call, collaboration_id)
    for association in brought(call, collaboration_id, "configured_table_association"):
        source = call.store.get("configured_table", association.body["configuredTableId"])
        if source is None:
            continue
        columns, keys = column_types(source, call.store.region)
        stated = association_rule(call, association)
        template = templates.get(association.arn)
        table = Table(
            name=association.body["name"],
            owner=association.account,
            columns=columns,
            rule=next((rule_of(rule.body["policy"]) for rule in rules_of(call, source)), None),
            association_rule=stated,
            analysis_method=source.body["analysisMethod"],
            budget_remaining=uses_left(template, call.now) if template else None,
            source=source.id,
            # Rooms created before collaboration analysis rules existed have none, and can still be queried.
            receivers_unlimited=stated is None,
        )
        yield RoomTable(table, association, source, keys)


def _id_mapping(call: Call, collaboration_id: str) -> Iterator[RoomTable]:
    for record in brought(call, collaboration_id, "id_mapping_table"):
        rule = AnalysisRuleIdMappingTable.model_validate(record.hidden["rule"])
        columns = dict.fromkeys(rule.join_columns, "string")
        name = record.body["name"]
        table = Table(name, record.account, columns, id_mapping_rule=rule, kind=TableKind.ID_MAPPING)
        yield RoomTable(table, record, record)


def _intermediate(call: Call, collaboration_id: str) -> Iterator[RoomTable]:
    templates = access_templates(call, collaboration_id)
    for held in brought(call, collaboration_id, "intermediate_table"):
        record = kept(call, held)
        template = templates.get(record.arn)
        table = Table(
            name=record.body["name"],
            owner=record.account,
            columns={each["name"]: each["type"] for each in record.body.get("schema", {}).get("columns", ())},
            rule=next((_custom(rule) for rule in rules_of(call, record)), None),
            kind=TableKind.INTERMEDIATE,
            status=record.body["status"],
            inherited=inherited_controls(record),
            budget_remaining=uses_left(template, call.now) if template else None,
            source=record.id,
        )
        yield RoomTable(table, record, record)


def column_types(source: Record, region: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the types of a configured table's allowed columns, and the partition keys among them.

    Types come from the Glue Data Catalog or the declared Snowflake schema; the type of any other column is `unknown`.
    """
    known: dict[str, str] = {}
    keys: tuple[str, ...] = ()
    if snowflake := source.body["tableReference"].get("snowflake"):
        known = {each["columnName"].lower(): each["columnType"] for each in snowflake["tableSchema"].get("v1", ())}
    elif found := glue_table(source, region):
        known = {**found.columns, **found.partition_keys}
        keys = tuple(found.partition_keys)
    allowed = source.body["allowedColumns"]
    return {name: known.get(name, UNKNOWN_TYPE) for name in allowed}, tuple(key for key in keys if key in allowed)


def association_rule(call: Call, association: Record) -> AssociationAnalysisRule | None:
    """Return the collaboration analysis rule of an association, or None."""
    for rule in rules_of(call, association):
        (stated,) = rule.body["policy"]["v1"].values()
        return AssociationAnalysisRule.model_validate(stated)
    return None


def inherited_controls(table: Record) -> InheritedControls | None:
    """Return the controls that the active version of an intermediate table inherited; None if it has no version."""
    return table.hidden.get("inherited") and InheritedControls(**table.hidden["inherited"])


def uses_left(template: Record, now: datetime) -> int:
    """Return the remaining uses of an access budget: the lower of period and lifetime."""
    return int(ledger().remaining(access_account(template), now))


def _custom(rule: Record) -> AnalysisRule:
    custom = rule.body["policy"]["v1"]["custom"]
    return rule_of({"custom": {"allowedAnalyses": [], **custom}})
