"""What statements about views make of a whole project."""

from __future__ import annotations

from pydantic import ValidationError

from declarations.bigquery.room import BigQueryRoom, BigQueryView, column_problems
from simulator.request import Table
from simulator.sql.view_statements import ViewStatementError, read_view_statement
from simulator.views.bigquery_room import ViewError, tables
from simulator.views.changes import changed_view


def changed_room(room: BigQueryRoom, sql: str) -> BigQueryRoom:
    """Return *room* as it is after the statement *sql*.

    Raises:
        ViewStatementError: The statement cannot be read, its policy is not valid or names what the view does not have,
            or the rules of alteration forbid it.
        ViewError: The view's query cannot be followed.
    """
    statement = read_view_statement(sql)
    view = room.view(statement.name)
    changed = changed_view(statement, view)
    return room if changed is view else _with(room, changed)


def _with(room: BigQueryRoom, view: BigQueryView) -> BigQueryRoom:
    """Return *room* with *view* in place of the one of its name, or added."""
    path = room.full_path(view.name)
    others = tuple(other for other in room.views if room.full_path(other.name) != path)
    try:
        changed = BigQueryRoom(**{**dict(room), "views": (*others, view)})
    except ValidationError as error:
        raise ViewStatementError("; ".join(line["msg"] for line in error.errors())) from None
    _check_columns(changed, view)
    return changed


def _check_columns(room: BigQueryRoom, view: BigQueryView) -> None:
    """Refuse a policy that names columns which the view does not have, and a query that cannot be followed."""
    known = _known_tables(room, view)
    if view.privacy_policy is None:
        return
    problems = [problem.message for problem in column_problems(view.privacy_policy, known[view.name].columns)]
    if problems:
        raise ViewStatementError("; ".join(problems))


def _known_tables(room: BigQueryRoom, view: BigQueryView) -> dict[str, Table]:
    """Return the tables of *room*, without other views that can be followed no longer now that *view* changes."""
    try:
        return tables(room)
    except ViewError as error:
        if error.view == view.name:
            raise
        rest = tuple(other for other in room.views if other.name != error.view)
        return _known_tables(room.model_copy(update={"views": rest}), view)
