"""From a declared room to requests: the tables as SQL sees them, and a query or template put to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from declarations.analysis_template import AnalysisTemplate
from declarations.clean_room import AssociatedTable, CleanRoom
from declarations.configured_table import ConfiguredTable
from declarations.id_mapping import IdMappingTable
from declarations.intermediate_table import IntermediateTable
from simulator.request import AnalysisRequest, Table, TableKind, TemplateParameter
from simulator.settings import Settings


def tables(room: CleanRoom) -> dict[str, Table]:
    """Return every table that a query of *room* can name, by lower-case SQL name."""
    found = [_configured(each) for each in room.associated_tables()]
    for membership in room.memberships:
        found += [_id_mapping(membership.account_id, mapping) for mapping in membership.id_mapping_tables]
        found += [_intermediate(membership.account_id, table) for table in membership.intermediate_tables]
    return {table.name.lower(): table for table in found}


def _configured(associated: AssociatedTable) -> Table:
    membership, association, table = associated
    return Table(
        name=association.name,
        owner=membership.account_id,
        columns=table.column_types,
        rule=table.rule,
        association_rule=association.rule,
        analysis_method=table.analysis_method,
        source=_source(table),
    )


def _source(table: ConfiguredTable) -> str:
    reference = table.table_reference
    return ".".join((reference.kind, *(str(value) for value in reference.chosen.to_request().values())))


def _id_mapping(owner: str, mapping: IdMappingTable) -> Table:
    return Table(
        name=mapping.name,
        owner=owner,
        columns=mapping.column_types,
        id_mapping_rule=mapping.analysis_rule,
        kind=TableKind.ID_MAPPING,
    )


def _intermediate(owner: str, table: IntermediateTable) -> Table:
    return Table(
        name=table.name,
        owner=owner,
        columns=table.column_types,
        rule=table.rule,
        kind=TableKind.INTERMEDIATE,
        status="CREATED",
    )


def request(
    room: CleanRoom,
    sql: str,
    *,
    submitted_by: str | None = None,
    template: tuple[str, AnalysisTemplate] | None = None,
    parameters: Mapping[str, str] | None = None,
    settings: Settings | None = None,
    known: Mapping[str, Table] | None = None,
) -> AnalysisRequest:
    """Put one query, or one template's body, to *room*.

    Results go to the member who runs the query when that member can receive results, otherwise to all who can.

    Args:
        room: The declared room; every named member counts as active.
        sql: The text.
        submitted_by: Account id of the member who submits; None means the member who can query.
        template: The author's account id and the template whose body *sql* is; None for ad hoc SQL.
        parameters: Values of the template's parameters as text; others take their default, or stay unknown.
        settings: How the open questions of the documentation are read.
        known: The room's tables, if `tables` has made them already.
    """
    runner = room.query_runner
    receivers = frozenset(
        account for account, member in room.members.items() if "CAN_RECEIVE_RESULTS" in member.member_abilities
    )
    author, body = template or (None, None)
    return AnalysisRequest(
        sql=sql,
        tables=tables(room) if known is None else known,
        query_runner=runner,
        submitted_by=submitted_by,
        engine=room.engine,
        template_arn=f"template:{body.name}" if body else None,
        template_author=author,
        parameters=_parameters(body, parameters or {}),
        result_receivers=() if runner in receivers or not receivers else tuple(sorted(receivers)),
        receivers=receivers,
        differential_privacy_ready=frozenset(_owners_with_budget(room)),
        settings=settings or Settings(),
    )


def _parameters(template: AnalysisTemplate | None, values: Mapping[str, str]) -> dict[str, TemplateParameter]:
    declared = template.analysis_parameters or () if template else ()
    return {
        parameter.name: TemplateParameter(parameter.type, values.get(parameter.name, parameter.default_value))
        for parameter in declared
    }


def _owners_with_budget(room: CleanRoom) -> Iterator[str]:
    for membership in room.memberships:
        if any(template.parameters.differential_privacy for template in membership.privacy_budget_templates):
            yield membership.account_id
