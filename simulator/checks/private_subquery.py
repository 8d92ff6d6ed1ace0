"""A subquery over private tables in a place where differential privacy does not take it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import QueryContext
from simulator.checks.private_relations import SQL_PAGE, STRUCTURE_PAGE, is_private_query, is_private_source
from simulator.sql.resolved import Query, Role
from simulator.verdict import Finding


def private_subquery(context: QueryContext) -> Iterator[Finding]:
    """A private table in a subquery of an expression, or EXISTS or IN with a subquery inside a CTE.

    Subqueries over private tables stand in FROM and JOIN only; whether even there is an open question, because one page
    lists them and another has none. Subqueries over other tables may stand anywhere in the final SELECT.

    Why: What such a subquery finds about one user would decide about the rows of others, and noise could not be scaled
        to it.
    Avoid: `SELECT COUNT(*) AS n FROM users u WHERE u.user_key IN (SELECT user_key FROM imps)`
    Prefer: `SELECT COUNT(DISTINCT i.user_key) AS n FROM users u JOIN imps i ON u.user_key = i.user_key`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/dp-sql-capabilities.html
    """
    for query in context.script.queries:
        if query.role is Role.DERIVED and is_private_query(query):
            message = (
                "a derived table reads private tables; one page of the documentation allows that, another does not"
            )
            setting = "differential_privacy_subquery"
            yield from context.open(private_subquery, setting, message, STRUCTURE_PAGE, at=query.node)
        elif query.role is Role.SUBQUERY:
            yield from _in_expression(context, query)


def _in_expression(context: QueryContext, query: Query) -> Iterator[Finding]:
    if not is_private_query(query) and _refers_outwards(query):
        message = "a subquery in an expression refers to a column of a private table; it may refer to other tables only"
        yield from context.deny(private_subquery, message, SQL_PAGE, at=query.node)
    elif is_private_query(query):
        message = "a subquery over private tables appears in an expression; it may appear in FROM and JOIN only"
        yield from context.deny(private_subquery, message, SQL_PAGE, at=query.node)
    elif (
        query.parent is not None and query.parent.query.role is not Role.FINAL and is_private_query(query.parent.query)
    ):
        holder = query.node.find_ancestor(exp.Exists, exp.In, exp.Select)
        if isinstance(holder, (exp.Exists, exp.In)):
            message = "EXISTS and IN (subquery) are for the final SELECT, not for CTEs over private tables"
            yield from context.deny(private_subquery, message, SQL_PAGE, at=holder)


def _refers_outwards(query: Query) -> bool:
    uses = (use for select in query.selects for use in select.uses if use.correlated)
    return any(use.source is not None and is_private_source(use.source) for use in uses)
