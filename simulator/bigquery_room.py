"""From a BigQuery room to requests: tables and views as SQL sees them, and a query put to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from declarations.bigquery.room import BigQueryColumn, BigQueryRoom, BigQueryView
from simulator.request import AnalysisRequest, Table
from simulator.settings import Settings
from simulator.sql.resolved import Script
from simulator.sql.resolving import resolve_script
from simulator.sql.tracing import unchanged

ENGINE = "BIGQUERY"
_UNKNOWN = ""


class ViewError(ValueError):
    """The query of a view cannot be followed, so that no query over the view can be judged.

    Attributes:
        view: Path of the view.
        reason: Why not.
    """

    def __init__(self, view: str, reason: str) -> None:
        super().__init__(f"the query of view '{view}' cannot be read: {reason}")
        self.view = view
        self.reason = reason


def tables(room: BigQueryRoom) -> dict[str, Table]:
    """Return every table and view that a query of *room* can name, by its path as declared.

    Raises:
        ViewError: The query of a view is no SELECT over the room's tables and views.
    """
    found = {table.name: Table(table.name, room.project, _types(table.columns)) for table in room.tables}
    waiting = list(room.views)
    while waiting:
        ready = [view for view in waiting if not _reads_any(view, waiting)] or waiting[:1]
        for view in ready:
            found[view.name] = _view(room, view, found)
        waiting = [view for view in waiting if view not in ready]
    return found


def _reads_any(view: BigQueryView, others: Iterable[BigQueryView]) -> bool:
    return any(reads(view, other) for other in others)


def reads(view: BigQueryView, other: BigQueryView) -> bool:
    """Tell whether the text of *view* names *other*; one too many only changes the order of work."""
    return other is not view and other.name.rpartition(".")[2] in view.query


def _view(room: BigQueryRoom, view: BigQueryView, known: Mapping[str, Table]) -> Table:
    asked = AnalysisRequest(view.query, known, room.project, engine=ENGINE, project=room.project)
    script = resolve_script(asked)
    if script.problems or script.final is None:
        raise ViewError(view.name, script.problems[0].message if script.problems else "it is no query")
    columns = _types(view.columns) if view.columns is not None else _columns(script)
    table = Table(view.name, room.project, columns)
    if view.privacy_policy is None:
        return replace(table, definition=view.query)
    below = tuple(table.name for table in script.tables().values() if table.privacy_policy is not None)
    return replace(table, privacy_policy=view.privacy_policy, built_on=below)


def _types(columns: Mapping[str, BigQueryColumn]) -> dict[str, str]:
    """Return the types of declared columns by their names in lower case."""
    return {name.lower(): column.type for name, column in columns.items()}


def _columns(script: Script) -> dict[str, str]:
    """Return the columns of a view's query; the type of a computed one is not known."""
    assert script.final is not None  # noqa: S101 - asked of queries without problems only
    types: dict[str, str] = {}
    for position, (name, _) in enumerate(script.final.outputs):
        items = [select.projections[position] for select in script.final.selects if position < len(select.projections)]
        origins = {origin for item in items for origin in unchanged(item.use)}
        found = {origin.table.columns.get(origin.column, _UNKNOWN) for origin in origins}
        if name:
            types[name] = found.pop() if len(found) == 1 else _UNKNOWN
    return types


def request(
    room: BigQueryRoom,
    sql: str,
    *,
    settings: Settings | None = None,
    known: Mapping[str, Table] | None = None,
) -> AnalysisRequest:
    """Put one query to *room*.

    Args:
        room: The declared room.
        sql: The text.
        settings: How the open questions of the documentation are read.
        known: The room's tables, if `tables` has made them already.

    Raises:
        ViewError: As of `tables`.
    """
    return AnalysisRequest(
        sql,
        tables(room) if known is None else known,
        query_runner=room.project,
        engine=ENGINE,
        project=room.project,
        settings=settings or Settings(),
    )
