"""Match conditions combined by an operator that a table does not allow."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from declarations.analysis_rules import JoinOperator
from simulator.checks.context import API_REFERENCE, QueryContext
from simulator.checks.listed import is_list_query, join_operators
from simulator.request import Table, TableKind
from simulator.sql.match_conditions import combinators
from simulator.sql.resolved import Join, Script
from simulator.verdict import Finding


def unlisted_join_operator(context: QueryContext) -> Iterator[Finding]:
    """AND or OR between match conditions where a table of the query does not list it.

    A table that lists none allows AND only. A table that takes no part in the join counts, too: among all tables of a
    query the more restrictive control wins.

    Why: OR matches more people than each condition alone, AND fewer; the owner decides about both.
    Avoid: `SELECT SUM(v.watch_secs) AS s FROM views v
        JOIN orders o ON v.cust_key = o.cust_key OR v.alt_key = o.alt_key` on a table that lists AND
    Prefer: `SELECT SUM(v.watch_secs) AS s FROM views v
        JOIN orders o ON v.cust_key = o.cust_key AND v.alt_key = o.alt_key`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/apireference/API_AnalysisRuleAggregation.html
    """
    shape = "AnalysisRuleList" if is_list_query(context) else "AnalysisRuleAggregation"
    source = f"{API_REFERENCE}/API_{shape}.html"
    for select in context.script.selects:
        for join in select.joins:
            tables = _tables(context.script, join)
            for node in combinators(join):
                operator = JoinOperator.AND if isinstance(node, exp.And) else JoinOperator.OR
                for table in tables:
                    yield from _refusal(context, table, operator, node, source)


def _refusal(
    context: QueryContext, table: Table, operator: JoinOperator, node: exp.Expression, source: str
) -> Iterator[Finding]:
    listed = join_operators(table)
    if operator in ((JoinOperator.AND,) if listed is None else listed):
        return
    if listed == () and operator is JoinOperator.AND:
        message = f"'{table.name}' lists no join operator, so it is not clear whether AND may combine match conditions"
        yield from context.open(unlisted_join_operator, "empty_join_operators", message, source, at=node, table=table)
        return
    allowed = "AND, the default" if listed is None else ", ".join(listed) or "none"
    message = f"{operator} between match conditions is not a join operator of '{table.name}' (allowed: {allowed})"
    yield from context.deny(unlisted_join_operator, message, source, at=node, table=table)


def _tables(script: Script, join: Join) -> list[Table]:
    """Return every table of the query that has join operators, the table that *join* adds first."""
    first = join.source.table
    tables = {table.name: table for table in (first, *script.tables().values()) if table is not None}
    return [table for table in tables.values() if table.kind is not TableKind.ID_MAPPING]
