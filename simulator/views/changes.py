"""What a CREATE VIEW or ALTER VIEW makes of a view, or why BigQuery would not take it.

Statements that are about to be written or run are read back here first, by the rules that BigQuery has for them.
"""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from declarations.bigquery.alteration import forbidden_changes
from declarations.bigquery.room import BigQueryView
from declarations.bigquery.view_updates import ViewUpdate, is_same_query
from simulator.sql.view_statements import ViewStatement, ViewStatementError, read_view_statement


def check_statement(update: ViewUpdate) -> None:
    """Make sure that the statement of *update* does what is declared, whatever stands in the view's query and names.

    Raises:
        ViewStatementError: It cannot be read, BigQuery would refuse it, or it would make another view.
    """
    view, old = update.view, update.old
    before = None
    if old is not None:
        before = view.model_copy(update={"query": old.query, "kind": old.kind, "privacy_policy": old.policy})
    try:
        made = changed_view(read_view_statement(update.statement), before)
    except ViewStatementError as error:
        raise ViewStatementError(f"no statement can make the view '{view.name}': {error}") from None
    is_declared = (made.name, made.kind, made.privacy_policy) == (view.name, view.kind, view.privacy_policy)
    if not (is_declared and is_same_query(view.query, made.query)):
        raise ViewStatementError(f"the statement for the view '{view.name}' would make another view than the declared")


def changed_view(statement: ViewStatement, view: BigQueryView | None) -> BigQueryView:
    """Return what *statement* makes of *view*; None: there is none.

    Raises:
        ViewStatementError: The policy is not valid, or the rules of alteration forbid it.
    """
    if statement.verb == "ALTER":
        return _altered(statement, view)
    if view is not None and statement.verb == "CREATE_IF_MISSING":
        return view
    if view is not None and statement.verb == "CREATE":
        raise ViewStatementError(f"the view '{statement.name}' exists; write CREATE OR REPLACE VIEW")
    _check_kind(statement, view)
    return _created(statement)


def _created(statement: ViewStatement) -> BigQueryView:
    members = {"name": statement.name, "query": statement.query, "privacy_policy": statement.policy}
    return _checked({**members, "kind": statement.kind})


def _altered(statement: ViewStatement, view: BigQueryView | None) -> BigQueryView:
    if view is None:
        raise ViewStatementError(f"there is no view '{statement.name}' to alter")
    _check_kind(statement, view)
    if statement.policy is None:
        raise ViewStatementError("the statement sets no privacy_policy; taking one off is not documented")
    if reasons := [problem.message for problem in forbidden_changes(view.privacy_policy, statement.policy)]:
        raise ViewStatementError("; ".join(reasons))
    return _checked({**dict(view), "privacy_policy": statement.policy})


def _check_kind(statement: ViewStatement, view: BigQueryView | None) -> None:
    """Refuse a statement about the other kind of view."""
    if view is not None and view.kind != statement.kind:
        wanted, found = (kind.replace("_", " ") for kind in (view.kind, statement.kind))
        raise ViewStatementError(f"'{view.name}' is a {wanted}, and the statement is about a {found}")


def _checked(members: dict[str, Any]) -> BigQueryView:
    try:
        return BigQueryView(**members)
    except ValidationError as error:
        raise ViewStatementError("; ".join(line["msg"] for line in error.errors())) from None
