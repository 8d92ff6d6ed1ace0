"""Populates an intermediate table: judges its query, and stores its rows and inherited controls.

Source: userguide/working-with-intermediate-tables, API IntermediateTableInheritedConstraints.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

from declarations.custom_rule import CustomControls
from simulator.api.calls import Call, now
from simulator.api.cleanrooms.finding_words import in_words
from simulator.api.cleanrooms.inheritance import inherited_by, lineage_of
from simulator.api.cleanrooms.kept_rows import delete_rows, rows_file
from simulator.api.cleanrooms.lookup import ACTIVE
from simulator.api.cleanrooms.query_asking import AskedQuery, accepted_query
from simulator.api.cleanrooms.query_request import analysis_request
from simulator.api.cleanrooms.tables import RoomTable, tables_of
from simulator.api.errors import invalid
from simulator.api.store import Record, Store
from simulator.execution.engines.engine import Column
from simulator.execution.errors import ExecutionError
from simulator.execution.results import RunResult
from simulator.request import TableKind
from simulator.sql.resolving import resolve_script

VERSION = "intermediate_table_version"
"""The kind under which versions are kept."""

_NAME = re.compile(r"[a-z0-9_](([a-z0-9_ ]+-)*([a-z0-9_ ]+))?")
_TYPES = {"VARCHAR": "string", "INTEGER": "int", "HUGEINT": "decimal(38,0)", "TIMESTAMP WITH TIME ZONE": "timestamp"}
_DEPENDENCY_TYPES = {
    TableKind.CONFIGURED: "TABLE",
    TableKind.ID_MAPPING: "ID_MAPPING_TABLE",
    TableKind.INTERMEDIATE: "INTERMEDIATE_TABLE",
}


def populating(call: Call, membership: Record, stated: Mapping[str, Any]) -> AskedQuery:
    """Judge the query that populates a table; controls on its result are not checked now, but inherited.

    Raises:
        ApiError: As for `accepted_query`.
    """
    return accepted_query(call, membership, stated, (), deferred)


def deferred(held: RoomTable) -> RoomTable:
    """Return a base table without the controls that an intermediate table inherits instead."""
    rule = held.table.rule
    if isinstance(rule, CustomControls):
        names = (
            "disallowed_output_columns",
            "additional_analyses",
            "allowed_result_receivers",
            "allowed_additional_analyses",
        )
        rule = rule.model_copy(update=dict.fromkeys(names))
    bare = replace(held.table, rule=rule, association_rule=None, inherited=None, receivers_unlimited=True)
    return replace(held, table=bare)


def dependencies_of(call: Call, membership: Record, text: str, template: Record | None) -> list[dict[str, Any]]:
    """Return the IntermediateTableDependency of each table that a query reads, directly or indirectly.

    Raises:
        ApiError: ValidationException: the text cannot be resolved, or reads a table that does not exist.
    """
    collaboration = call.store.get("collaboration", membership.parent)
    if collaboration is None:
        return []
    tables = tables_of(call, collaboration.id)
    script = resolve_script(analysis_request(call, collaboration, tables, text, template=template))
    if script.problems:
        raise invalid("; ".join(map(in_words, script.problems)), "INVALID_QUERY")
    return _dependencies(tables[name] for name in script.tables())


def _dependencies(used: Iterable[RoomTable]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for held in used:
        for dependency in _with_bases(held):
            found.setdefault(dependency["id"], dependency)
    return list(found.values())


def _with_bases(held: RoomTable) -> Iterator[dict[str, Any]]:
    yield {
        "id": held.resource.id,
        "name": held.table.name,
        "type": _DEPENDENCY_TYPES[held.table.kind],
        "parentType": "DIRECT",
        "creatorAccountId": held.table.owner,
    }
    for base in held.resource.body.get("tableDependencies", ()):
        yield {**base, "parentType": "INDIRECT"}


def populated(store: Store, query: Record, asked: AskedQuery, result: RunResult) -> None:
    """Make the result the active version of the table that the query populates.

    From now on the table depends on the tables that the query has read, which may differ from those at its creation.

    Raises:
        ExecutionError: The name of a column is not valid for a table, or a table was removed while the query ran.
    """
    stated = query.body["resultConfiguration"]["outputConfiguration"]["intermediateTable"]
    columns = [{"name": _column_name(each), "type": _column_type(each.type)} for each in result.answer.columns]
    version = query.hidden["version"]
    result.write(rows_file(version))
    with store.transaction(), _rows_kept_on_success(store, stated["id"], version):
        _check_bases(store, asked)
        table = store.get("intermediate_table", stated["id"])
        made = store.get(VERSION, version)
        if table is None or made is None or table.body["status"] != "POPULATE_STARTED":
            return
        inherited = inherited_by(asked)
        expires = now() + timedelta(days=table.body["retentionInDays"])
        active = {
            **{name: made.body[name] for name in ("versionId", "analysisId", "analysisType")},
            "kmsKeyArn": table.body.get("kmsKeyArn"),
            "parameters": query.body["sqlParameters"].get("parameters"),
            "inheritedConstraints": lineage_of(asked, inherited),
            "expirationTime": expires,
        }
        store.put(made.showing(status="POPULATE_SUCCESS", expirationTime=expires))
        shown = table.showing(
            status="POPULATE_SUCCESS",
            schema={"columns": columns},
            intermediateTableVersion=active,
            tableDependencies=_dependencies(asked.used),
            updateTime=now(),
        )
        arns = [arn for held in asked.used for arn in (held.resource.arn, *held.resource.hidden.get("base_arns", ()))]
        store.put(shown.hiding(rows=version, inherited=asdict(inherited), base_arns=arns))


@contextmanager
def _rows_kept_on_success(store: Store, table_id: str, version: str) -> Iterator[None]:
    """Keep the rows of one version only: the new one if the block makes it active, else the previous one."""
    held = store.get("intermediate_table", table_id)
    before = held.hidden.get("rows") if held is not None else None
    try:
        yield
    finally:
        held = store.get("intermediate_table", table_id)
        active = held.hidden.get("rows") if held is not None else None
        for each in {before, version} - {active}:
            delete_rows(each)


def _check_bases(store: Store, asked: AskedQuery) -> None:
    """Raise if a base table has left the collaboration since the query was accepted."""
    for held in asked.used:
        resource = store.get(held.resource.kind, held.resource.id)
        membership = store.get("membership", resource.parent) if resource is not None else None
        there = membership is not None and membership.body["status"] == ACTIVE
        if not there or (resource is not None and "rows" in resource.hidden and resource.hidden["rows"] is None):
            raise ExecutionError(f"the base table {held.table.name!r} was removed while the query ran")


def check_columns(result: RunResult) -> None:
    """Refuse a result that cannot become a table.

    Raises:
        ExecutionError: The name of a column is not valid for a table.
    """
    for column in result.answer.columns:
        _column_name(column)


def not_populated(store: Store, query: Record, reason: str) -> None:
    """Mark the version that the query should have produced as failed; the table keeps an older version."""
    output = query.body.get("resultConfiguration", {}).get("outputConfiguration", {})
    stated = output.get("intermediateTable")
    if stated is None:
        return
    table, made = store.get("intermediate_table", stated["id"]), store.get(VERSION, query.hidden["version"])
    if made is not None:
        store.put(made.showing(status="POPULATE_FAILED"))
    if table is not None and table.body["status"] == "POPULATE_STARTED":
        status = "POPULATE_SUCCESS" if table.hidden.get("rows") else "POPULATE_FAILED"
        store.put(table.showing(status=status, statusReason=reason, updateTime=now()))


def _column_name(column: Column) -> str:
    name = column.name.lower()
    if _NAME.fullmatch(name) is None:
        raise ExecutionError(f"column {column.name!r} of the query needs an alias that is a column name")
    return name


def _column_type(duckdb: str) -> str:
    return _TYPES.get(duckdb, duckdb.lower())
