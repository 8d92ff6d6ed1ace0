"""Requests from a declared room: its tables as SQL sees them, and a query or template on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from declarations.analysis_template import AnalysisTemplate
from declarations.clean_room import AssociatedTable, CleanRoom
from declarations.configured_table import ConfiguredTable
from declarations.id_mapping import IdMappingTable
from declarations.intermediate_table import IntermediateTable
from simulator.request import AnalysisRequest, Table, TableKind, TemplateParameter
from simulator.settings import Settings


@dataclass(frozen=True, slots=True)
class FilledTemplate:
    """A template with the values of its parameters.

    Attributes:
        author: Account id of the member who created the template.
        template: The template.
        values: Values of its parameters as text; a parameter not named here has its default, or no known value.
    """

    author: str
    template: AnalysisTemplate
    values: Mapping[str, str] = field(default_factory=dict)


def tables(room: CleanRoom) -> dict[str, Table]:
    """Return every table that a query of *room* can name, by lower-case SQL name."""
    found = [_configured(room, each) for each in room.associated_tables()]
    for membership in room.memberships:
        found += [_id_mapping(membership.account_id, mapping) for mapping in membership.id_mapping_tables]
        found += [_intermediate(membership.account_id, table) for table in membership.intermediate_tables]
    return {table.name.lower(): table for table in found}


def _configured(room: CleanRoom, associated: AssociatedTable) -> Table:
    membership, association, table = associated
    return Table(
        name=association.name,
        owner=membership.account_id,
        columns=table.column_types,
        rule=table.rule,
        association_rule=association.rule,
        analysis_method=table.analysis_method,
        source=_source(room, table),
    )


def _source(room: CleanRoom, table: ConfiguredTable) -> str:
    kind, *names = table.table_reference.rows_behind
    region = (table.table_reference.region or room.region,) if kind == "glue" else ()
    return ".".join((kind, *region, *names))


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
    template: FilledTemplate | None = None,
    settings: Settings | None = None,
    known: Mapping[str, Table] | None = None,
) -> AnalysisRequest:
    """Return the request to run one query, or the body of one template, in *room*.

    Results go to the member who runs the query when that member can receive results, otherwise to all who can.

    Args:
        room: The declared room; every named member counts as active.
        sql: The text.
        submitted_by: Account id of the member who submits; None means the member who can query.
        template: The template whose body *sql* is; None for ad hoc SQL.
        settings: The answers to questions that the documentation leaves open.
        known: The result of `tables`, if the caller has it already.
    """
    runner = room.query_runner
    receivers = frozenset(
        account for account, member in room.members.items() if "CAN_RECEIVE_RESULTS" in member.member_abilities
    )
    return AnalysisRequest(
        sql=sql,
        tables=tables(room) if known is None else known,
        query_runner=runner,
        submitted_by=submitted_by,
        engine=room.engine,
        template_arn=f"template:{template.template.name}" if template else None,
        template_author=template.author if template else None,
        parameters=_parameters(template) if template else {},
        result_receivers=() if runner in receivers or not receivers else tuple(sorted(receivers)),
        receivers=receivers,
        differential_privacy_ready=frozenset(_owners_with_budget(room)),
        settings=settings or Settings(),
    )


def _parameters(filled: FilledTemplate) -> dict[str, TemplateParameter]:
    return {
        each.name: TemplateParameter(each.type, filled.values.get(each.name, each.default_value))
        for each in filled.template.analysis_parameters or ()
    }


def _owners_with_budget(room: CleanRoom) -> Iterator[str]:
    for membership in room.memberships:
        if any(template.parameters.differential_privacy for template in membership.privacy_budget_templates):
            yield membership.account_id
