"""From a BigQuery room to requests: tables and views as SQL sees them, and a query put to them."""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Final

from sqlglot import exp

from declarations.bigquery.column_types import base_type, is_same_type
from declarations.bigquery.privacy_policy import PrivacyPolicy
from declarations.bigquery.room import BigQueryColumn, BigQueryRoom, BigQueryView
from declarations.naming import did_you_mean, listed
from simulator.request import AnalysisRequest, ProtectedView, Table
from simulator.settings import Settings
from simulator.sql.parsing import parse, problems_of
from simulator.sql.resolved import Projection, Script
from simulator.sql.resolving import resolve_script
from simulator.sql.tracing import unchanged
from simulator.sql.value_types import UNKNOWN, ValueTypes
from simulator.views.mixed_units import mixed_units, split_units
from simulator.views.stacked_policies import stacked_policy

ENGINE: Final = "BIGQUERY"
_NUMBERS = frozenset({"INT64", "FLOAT64", "NUMERIC", "BIGNUMERIC", "INTERVAL"})


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
        ViewError: As of `view_reads`; or the query of a view is no SELECT over the room's tables and views.
    """
    found = {table.name: Table(table.name, room.project, _types(table.columns)) for table in room.tables}
    declared = {view.name: view for view in room.views}
    for name in view_reads(room):
        found[name] = _view(room, declared[name], found)
    return found


def view_reads(room: BigQueryRoom) -> dict[str, tuple[str, ...]]:
    """Return the views that the query of each view names, by path; each view comes after those that it reads.

    Raises:
        ViewError: The query of a view is no SQL, or a view reads itself.
    """
    found = {view.name: _views_named(room, view) for view in room.views}
    try:
        return {name: found[name] for name in TopologicalSorter(found).static_order()}
    except CycleError as error:
        ring: list[str] = error.args[1][:0:-1]
        first = min(range(len(ring)), key=lambda place: [*found].index(ring[place]))
        view, *others = [*ring[first:], *ring[:first]]
        through = f", through {listed(others)}" if others else ""
        raise ViewError(view, f"it reads itself{through}") from None


def _views_named(room: BigQueryRoom, view: BigQueryView) -> tuple[str, ...]:
    """Return the views that the query names; one-part names are CTEs."""
    problems = problems_of(view.query, ENGINE)
    parsed = parse(view.query, ENGINE, problems)
    if problems.found:
        raise ViewError(view.name, problems.found[0].message)
    nodes = (node for statement in parsed.statements for node in statement.find_all(exp.Table))
    named = (room.view(".".join(part.name for part in node.parts)) for node in nodes)
    return tuple(dict.fromkeys(other.name for other in named if other is not None))


def _view(room: BigQueryRoom, view: BigQueryView, known: Mapping[str, Table]) -> Table:
    asked = AnalysisRequest(view.query, known, room.project, engine=ENGINE, project=room.project)
    script = resolve_script(asked)
    if script.problems or script.final is None:
        raise ViewError(view.name, script.problems[0].message if script.problems else "it is not a query")
    if script.unit_readings:
        raise ViewError(view.name, script.unit_readings[0].problem)
    _refuse_repeated_names(view, script)
    columns = _declared(view, _columns(script))
    if view.privacy_policy is None:
        return Table(view.name, room.project, columns, definition=view.query)
    return Table(view.name, room.project, columns, protected_view=_protected(view.privacy_policy, script))


def _refuse_repeated_names(view: BigQueryView, script: Script) -> None:
    """Refuse two columns of one name, in whatever letter case: BigQuery makes no view of them."""
    names = [name for name, _ in script.returned.outputs if name]
    for name in names:
        if names.count(name) > 1:
            raise ViewError(view.name, f"its query puts out two columns named {name!r}; give one of them another name")


def _protected(policy: PrivacyPolicy, script: Script) -> ProtectedView:
    """Return the protection of a view with *policy* and the query *script*."""
    below = tuple(table.name for table in script.tables().values() if table.protected_view is not None)
    stacked = stacked_policy(policy, script) if below else policy
    mixing = mixed_units if policy.differential_privacy_policy is not None else split_units
    unit = policy.privacy_unit_column
    mixed = mixing(script, unit.lower()) if unit is not None else None
    return ProtectedView(stacked or policy, below, holds_built_on=stacked is not None, mixed_units=mixed)


def _declared(view: BigQueryView, found: Mapping[str, str]) -> dict[str, str]:
    """Return the columns of *view*: those that its query puts out, of the types that are declared for them.

    Raises:
        ViewError: The view declares other columns.
    """
    if view.columns is None:
        return dict(found)
    stated = _types(view.columns)
    for name, column_type in stated.items():
        if name not in found:
            known = f"{did_you_mean(name, found)} (its columns: {listed(found)})"
            raise ViewError(view.name, f"it has no column {name!r}, which the view declares{known}")
        if found[name] and not is_same_type(column_type, found[name]):
            raise ViewError(view.name, f"its column {name!r} is {found[name]}; the view declares {column_type}")
    if missing := [name for name in found if name not in stated]:
        raise ViewError(view.name, f"it has columns that the view does not declare: {listed(missing)}")
    return {name: stated[name] for name in found}


def _types(columns: Mapping[str, BigQueryColumn]) -> dict[str, str]:
    """Return the types of declared columns by their names in lower case."""
    return {name.lower(): column.type for name, column in columns.items()}


def _columns(script: Script) -> dict[str, str]:
    """Return the columns of a view's query, with their types as far as they are sure."""
    types: dict[str, str] = {}
    values = ValueTypes(script)
    for position, (name, _) in enumerate(script.returned.outputs):
        items = [
            select.projections[position] for select in script.returned.selects if position < len(select.projections)
        ]
        found = {_column_type(values, item) for item in items}
        if name:
            types[name] = found.pop() if len(found) == 1 else UNKNOWN
    return types


def _column_type(values: ValueTypes, item: Projection) -> str:
    origins = unchanged(item.use)
    if origins:
        found = {origin.table.columns.get(origin.column, UNKNOWN) for origin in origins}
        return found.pop() if len(found) == 1 else UNKNOWN
    computed = values.of_item(item)
    # A computed number has no type here: rows are computed with it, and which number type it has is the engine's.
    return UNKNOWN if base_type(computed) in _NUMBERS else computed


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
