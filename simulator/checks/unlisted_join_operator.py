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
    """AND or OR between match conditions where a joined table does not list it; without a list only AND.

    Why: OR matches more people than either condition, AND fewer.
    Avoid: ... ON v.email = o.email OR v.phone = o.phone   Prefer: ... ON v.email = o.email
    Source: https://docs.aws.amazon.com/clean-rooms/latest/apireference/API_AnalysisRuleAggregation.html
    """
    shape = "AnalysisRuleList" if is_list_query(context) else "AnalysisRuleAggregation"
    source = f"{API_REFERENCE}/API_{shape}.html"
    for select in context.script.selects:
        for join in select.joins:
            tables = _joined_tables(context.script, join)
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


def _joined_tables(script: Script, join: Join) -> list[Table]:
    tables = {join.source.table.name: join.source.table} if join.source.table is not None else {}
    if join.condition is not None:
        for origin in sorted(script.origins(join.condition), key=lambda origin: origin.table.name):
            tables.setdefault(origin.table.name, origin.table)
    return [table for table in tables.values() if table.kind is not TableKind.ID_MAPPING]
