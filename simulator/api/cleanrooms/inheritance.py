"""The controls that an intermediate table inherits from its base tables when it is populated, with their sources.

Source: userguide/working-with-intermediate-tables, API IntermediateTableInheritedConstraints, ColumnLineageEntry.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from declarations.custom_rule import CustomControls
from simulator.api.cleanrooms.query_asking import AskedQuery
from simulator.api.cleanrooms.tables import RoomTable
from simulator.request import InheritedControls, TableKind
from simulator.sql.resolving import resolve_script
from simulator.table_rules import disallowed_columns

_MOST_RESTRICTIVE_FIRST = ("REQUIRED", "ALLOWED", "NOT_ALLOWED")
_TYPES = {
    TableKind.CONFIGURED: "TABLE",
    TableKind.ID_MAPPING: "ID_MAPPING_TABLE",
    TableKind.INTERMEDIATE: "INTERMEDIATE_TABLE",
}


class _Source(NamedTuple):
    """The value of one base table for one control."""

    held: RoomTable
    value: Any


def inherited_by(asked: AskedQuery) -> InheritedControls:
    """Return the controls of the result of a query.

    They are the receivers and analyses that all base tables allow, the columns that any base table disallows, and the
    most restrictive value for additional analyses.
    """
    additional = {source.value for source in _additional(asked)}
    return InheritedControls(
        result_receivers=_common(_receivers(asked)),
        disallowed_output_columns=tuple(dict.fromkeys(each["column"] for each in _columns(asked))),
        allowed_additional_analyses=_common(_analyses(asked)),
        additional_analyses=next((word for word in _MOST_RESTRICTIVE_FIRST if word in additional), None),
    )


def lineage_of(asked: AskedQuery, inherited: InheritedControls) -> dict[str, Any]:
    """Return the IntermediateTableInheritedConstraints: each control with the tables from which it comes."""
    found: dict[str, Any] = {}
    if inherited.additional_analyses is not None:
        found["additionalAnalyses"] = _shown(inherited.additional_analyses, _additional(asked))
    if inherited.allowed_additional_analyses is not None:
        found["allowedAdditionalAnalyses"] = _shown(list(inherited.allowed_additional_analyses), _analyses(asked))
    if inherited.result_receivers is not None:
        found["allowedResultReceivers"] = _shown(list(inherited.result_receivers), _receivers(asked))
    if inherited.disallowed_output_columns:
        columns = list(inherited.disallowed_output_columns)
        found["disallowedOutputColumns"] = {"value": columns, "columnLineage": list(_columns(asked))}
    return found


def _shown(value: Any, sources: Iterator[_Source]) -> dict[str, Any]:  # noqa: ANN401 - text or a list
    return {"value": value, "sources": [{**_named(each.held), "value": each.value} for each in sources]}


def _named(held: RoomTable) -> dict[str, str]:
    return {
        "name": held.table.name,
        "id": held.resource.id,
        "type": _TYPES[held.table.kind],
        "sourceAccountId": held.table.owner,
    }


def _common(sources: Iterator[_Source]) -> tuple[str, ...] | None:
    lists = [source.value for source in sources]
    if not lists:
        return None
    return tuple(item for item in lists[0] if all(item in other for other in lists[1:]))


def _additional(asked: AskedQuery) -> Iterator[_Source]:
    for held in asked.used:
        stated = getattr(held.table.rule, "additional_analyses", None)
        inherited = held.table.inherited.additional_analyses if held.table.inherited else None
        words = [str(word) for word in (stated, inherited) if word is not None]
        if words:
            yield _Source(held, min(words, key=_MOST_RESTRICTIVE_FIRST.index))


def _receivers(asked: AskedQuery) -> Iterator[_Source]:
    for held in asked.used:
        yield from _lists(held, "allowed_result_receivers", "result_receivers")


def _analyses(asked: AskedQuery) -> Iterator[_Source]:
    for held in asked.used:
        yield from _lists(held, "allowed_additional_analyses", "allowed_additional_analyses")


def _lists(held: RoomTable, stated_as: str, inherited_as: str) -> Iterator[_Source]:
    rule = held.table.rule if isinstance(held.table.rule, CustomControls) else None
    for holder, name in (
        (held.table.association_rule, stated_as),
        (rule, stated_as),
        (held.table.inherited, inherited_as),
    ):
        if (value := getattr(holder, name, None)) is not None:
            yield _Source(held, list(value))


def _columns(asked: AskedQuery) -> Iterator[dict[str, str]]:
    """Yield the ColumnLineageEntry of each output column that is computed from a disallowed column."""
    held = {each.table.name.lower(): each for each in asked.used}
    final = resolve_script(asked.request).final
    if final is None:
        return
    for select in final.selects:
        for item, output in zip(select.projections, final.selects[0].projections, strict=False):
            for origin in sorted(item.origins, key=lambda each: (each.table.name, each.column)):
                base = held[origin.table.name.lower()]
                if origin.column in disallowed_columns(base.table):
                    yield {
                        "column": output.name,
                        "sourceColumn": origin.column,
                        **{f"source{key[0].upper()}{key[1:]}": value for key, value in _source_names(base).items()},
                    }


def _source_names(held: RoomTable) -> dict[str, str]:
    named = _named(held)
    return {"name": named["name"], "id": named["id"], "type": named["type"], "accountId": named["sourceAccountId"]}
