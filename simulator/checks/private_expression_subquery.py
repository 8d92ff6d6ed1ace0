"""A protected view in a subquery inside an expression."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.bigquery.names import bare_name
from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import FROM_PAGE, is_inside_clause, unit_of
from simulator.sql.resolved import Role
from simulator.verdict import Basis, Finding


def private_expression_subquery(context: QueryContext) -> Iterator[Finding]:
    """A scalar, IN or EXISTS subquery over a protected view, in a query with a privacy clause.

    Avoid: WHERE city IN (SELECT city FROM ds.visits)   Prefer: WHERE city IN (SELECT city FROM ds.cities)
    Source: https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#dp_from_rules
    """
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
