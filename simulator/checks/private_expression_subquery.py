"""A protected view in a subquery inside an expression, or a privacy clause in one that is asked once a row."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.bigquery.names import bare_name
from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import FROM_PAGE, clause_selects, is_inside_clause, unit_of
from simulator.sql.resolved import ColumnUse, Role, Select
from simulator.verdict import Basis, Finding


def private_expression_subquery(context: QueryContext) -> Iterator[Finding]:
    """A subquery of an expression that reads a protected view, or a privacy clause in a correlated one.

    Such subqueries are scalar subqueries, IN and EXISTS inside a SELECT with a privacy clause.

    Why: What the subquery finds would reach every row around it, whoever they belong to. A correlated clause is asked
        once for each row, so that one query would release many times, with fresh noise each time.
    Avoid: `SELECT WITH AGGREGATION_THRESHOLD COUNT(*) AS n FROM shop.V WHERE city IN (SELECT city FROM shop.V)`
    Prefer: `SELECT WITH AGGREGATION_THRESHOLD COUNT(*) AS n FROM shop.V WHERE city IN (SELECT city FROM shop.Cities)`
    Source: https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#dp_from_rules
    """
    yield from _released_row_by_row(context)
    for query in context.script.queries:
        if query.role is not Role.SUBQUERY or query.parent is None or not is_inside_clause(context, query.parent):
            continue
        for table in query.tables.values():
            if unit_of(table) is not None:
                text = (
                    f"Reading the table {bare_name(table.name)} containing user data in expression subqueries is not "
                    "allowed"
                )
                message = f"the protected view '{table.name}' cannot be read in a subquery of an expression; join it"
                yield from context.deny(
                    private_expression_subquery,
                    message,
                    FROM_PAGE,
                    at=query.node,
                    table=table,
                    basis=Basis.DERIVED,
                    service_message=text,
                )


def _released_row_by_row(context: QueryContext) -> Iterator[Finding]:
    for select, clause in clause_selects(context):
        if (use := _use_of_outer_row(context, select)) is not None:
            message = f"SELECT WITH {clause.kind} cannot depend on '{use.name}' of the query around it; join instead"
            yield from context.deny(private_expression_subquery, message, FROM_PAGE, at=use.node, basis=Basis.ASSUMED)


def _use_of_outer_row(context: QueryContext, select: Select) -> ColumnUse | None:
    """Return a column in *select*, or in a query inside it, that belongs to a query around it."""
    inside = {id(node) for node in select.node.walk()}
    own = [each for each in context.script.selects if id(each.node) in inside]
    sources = {id(source) for each in own for source in each.sources.values()}
    uses = (use for each in own for use in each.uses)
    return next((use for use in uses if use.correlated and id(use.source) not in sources), None)
