"""What a CREATE VIEW or ALTER VIEW makes of a BigQuery room, or why BigQuery would not take it."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import ValidationError

from declarations.bigquery.alteration import forbidden_changes
from declarations.bigquery.room import BigQueryRoom, BigQueryView, column_problems
from simulator.bigquery_room import ViewError, tables
from simulator.request import Table
from simulator.sql.view_statements import ViewStatement, ViewStatementError, read_view_statement

Model = TypeVar("Model", BigQueryRoom, BigQueryView)


def changed_room(room: BigQueryRoom, sql: str) -> BigQueryRoom:
    """Return *room* as it is after the statement *sql*.

    Raises:
        ViewStatementError: The statement cannot be read, its policy is not valid or names what the view does not have,
            or the rules of alteration forbid it.
        ViewError: The view's query cannot be followed.
    """
    statement = read_view_statement(sql)
    view = room.view(statement.name)
    if statement.verb == "ALTER":
        return _with(room, _altered(statement, view))
    if view is not None and statement.verb == "CREATE_IF_MISSING":
        return room
    if view is not None and statement.verb == "CREATE":
        raise ViewStatementError(f"the view '{statement.name}' exists; write CREATE OR REPLACE VIEW")
    return _with(room, _created(statement))


def _created(statement: ViewStatement) -> BigQueryView:
    members = {"name": statement.name, "query": statement.query, "privacy_policy": statement.policy}
    return _checked(BigQueryView, {**members, "kind": statement.kind})


def _altered(statement: ViewStatement, view: BigQueryView | None) -> BigQueryView:
    if view is None:
        raise ViewStatementError(f"there is no view '{statement.name}' to alter")
    if statement.policy is None:
        raise ViewStatementError("the statement sets no privacy_policy; taking one off is not documented")
    if reasons := [problem.message for problem in forbidden_changes(view.privacy_policy, statement.policy)]:
        raise ViewStatementError("; ".join(reasons))
    return _checked(BigQueryView, {**dict(view), "privacy_policy": statement.policy})


def _with(room: BigQueryRoom, view: BigQueryView) -> BigQueryRoom:
    """Return *room* with *view* in place of the one of its name, or added."""
    path = room.full_path(view.name)
    others = tuple(other for other in room.views if room.full_path(other.name) != path)
    changed = _checked(BigQueryRoom, {**dict(room), "views": (*others, view)})
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


def _checked(model: type[Model], members: dict[str, Any]) -> Model:
    try:
        return model(**members)
    except ValidationError as error:
        raise ViewStatementError("; ".join(line["msg"] for line in error.errors())) from None
