"""The working copies of a query and of the views that it reads, each view before those that read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlglot import exp

from declarations.bigquery.room import BigQueryRoom
from simulator.checks.context import QueryContext
from simulator.execution.errors import NotEnforceableError
from simulator.execution.output_names import name_outputs, output_names
from simulator.execution.views.inner_names import name_inner_columns
from simulator.execution.working_copy import SCHEMA, WorkingCopy, working_copy
from simulator.request import Table
from simulator.sql.resolving import resolve_script


@dataclass(frozen=True, slots=True)
class Prepared:
    """One query to run: the user's, or that of a view.

    Attributes:
        context: The query with its bound script.
        copy: Its working copy.
        view: Internal name of the view that it computes; None for the user's query.
    """

    context: QueryContext
    copy: WorkingCopy
    view: str | None = None


@dataclass(frozen=True, slots=True)
class PreparedQuery:
    """A user's query with everything that it needs.

    Attributes:
        asked: The user's query.
        views: The queries of the views that it reads, in the order in which they can be run.
        tables: Internal name to the tables whose rows are loaded.
    """

    asked: Prepared
    views: tuple[Prepared, ...]
    tables: Mapping[str, Table]


def prepared(room: BigQueryRoom, context: QueryContext) -> PreparedQuery:
    """Prepare an allowed query.

    Raises:
        NotEnforceableError: Two table names differ only in case, the query of a protected view has a privacy clause, a
            view has two columns of one name, or a `*` includes such columns.
        NotTranslatableError: A construct has no equivalent in the engine.
    """
    _refuse_names_alike(context.request.tables)
    copy = working_copy(context.script, context.request)
    name_outputs(copy)
    name_inner_columns(copy)
    views: dict[str, Prepared] = {}
    waiting = [copy]
    while waiting:
        for internal in _views_read(room, waiting.pop()):
            # Moved to the end when it is read again, so that it is computed before everything that reads it.
            made = views.pop(internal, None) or _of_view(room, context, copy, internal)
            views[internal] = made
            waiting.append(made.copy)
    tables = {internal: table for internal, table in copy.tables.items() if room.view(table.name) is None}
    return PreparedQuery(Prepared(context, copy), tuple(reversed(views.values())), tables)


def _views_read(room: BigQueryRoom, copy: WorkingCopy) -> list[str]:
    named = {node.name for node in copy.tree.find_all(exp.Table) if node.db == SCHEMA}
    return [internal for internal in sorted(named) if room.view(copy.tables[internal].name) is not None]


def _of_view(room: BigQueryRoom, context: QueryContext, beside: WorkingCopy, internal: str) -> Prepared:
    view = room.view(beside.tables[internal].name)
    assert view is not None  # noqa: S101 - asked of views only
    request = replace(context.request, sql=view.query)
    script = resolve_script(request)
    if view.privacy_policy is not None and script.attached.clauses:
        raise NotEnforceableError(f"the query of the protected view '{view.name}' has a privacy clause of its own")
    copy = working_copy(script, request, beside)
    _refuse_columns_alike(view.name, copy)
    name_outputs(copy)
    name_inner_columns(copy)
    return Prepared(QueryContext(request, script), copy, internal)


def _refuse_columns_alike(view: str, copy: WorkingCopy) -> None:
    """Refuse a view with two columns of one name: the engine would rename one of them."""
    assert copy.script.final is not None  # noqa: S101 - a copy is made of a query
    names = output_names(copy.script.final, copy.script.dialect)
    repeated = next((name for name in names if names.count(name) > 1), None)
    if repeated is not None:
        raise NotEnforceableError(f"the view '{view}' has two columns called '{repeated}'; give each a name of its own")


def _refuse_names_alike(tables: Mapping[str, Table]) -> None:
    seen: dict[str, str] = {}
    for name in tables:
        if (other := seen.setdefault(name.lower(), name)) != name:
            raise NotEnforceableError(f"the table names {other!r} and {name!r} differ only in case")
