"""A final SELECT of another shape than differential privacy takes."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import QueryContext
from simulator.checks.private_relations import SQL_PAGE, STRUCTURE_PAGE, finals, is_private_query
from simulator.sql.functions import FINAL_PRIVATE_AGGREGATES, is_unknown, name_of_function
from simulator.sql.resolved import Query, Select
from simulator.sql.tracing import parts
from simulator.verdict import Basis, Finding


def private_final_select(context: QueryContext) -> Iterator[Finding]:
    """A final SELECT over private tables that is not made of AVG, COUNT, COUNT DISTINCT, STDDEV and SUM.

    No set operators, no window functions, no other aggregates, no DISTINCT; LIMIT and OFFSET take a number. Scalar
    functions inside aggregates, arithmetic on aggregates, HAVING, GROUP BY and ORDER BY are fine; keys may be positions
    of select items, as in all SQL of the service.

    Why: Noise is scaled to what one user can change in these five; MIN, for instance, is the value of a single user.
    Avoid: `SELECT MIN(spend) AS m FROM imps`
    Prefer: `SELECT AVG(spend) AS a FROM imps`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/dp-sql-capabilities.html
    """
    final = context.script.final
    if final is None or not is_private_query(final):
        return
    yield from _set_operators(context, final)
    for select in finals(context):
        yield from _aggregates(context, select)
        yield from _clauses(context, select)


def _set_operators(context: QueryContext, final: Query) -> Iterator[Finding]:
    for operator in final.operators:
        message = f"{operator.key.upper()} appears in the final SELECT; set operators are for CTEs"
        yield from context.deny(private_final_select, message, SQL_PAGE, at=operator)


def _aggregates(context: QueryContext, select: Select) -> Iterator[Finding]:
    own = [node for node in parts(select.node, exp.Func, exp.Window) if node.parent_select is select.node]
    calls = [node for node in own if isinstance(node, exp.AggFunc) or is_unknown(node)]
    items = (node for item in select.node.expressions for node in item.find_all(exp.AggFunc))
    if not any(node.parent_select is select.node for node in items):
        message = "the final SELECT aggregates nothing; it takes AVG, COUNT, COUNT DISTINCT, STDDEV and SUM"
        yield from context.deny(private_final_select, message, STRUCTURE_PAGE, at=select.node)
    for node in own:
        if isinstance(node, exp.Window):
            message = "a window function appears in the final SELECT; window functions are for CTEs"
            yield from context.deny(private_final_select, message, SQL_PAGE, at=node)
    for node in calls:
        yield from _aggregate(context, node)


def _aggregate(context: QueryContext, node: exp.Expression) -> Iterator[Finding]:
    name = name_of_function(context.script, node)
    distinct = node.this if isinstance(node.this, exp.Distinct) else None
    if name not in FINAL_PRIVATE_AGGREGATES:
        message = f"{name} appears in the final SELECT; it takes AVG, COUNT, COUNT DISTINCT, STDDEV and SUM"
        yield from context.deny(private_final_select, message, SQL_PAGE, at=node)
    elif distinct is not None and (name != "COUNT" or len(distinct.expressions) > 1):
        message = f"{name}(DISTINCT ...) appears in the final SELECT; only COUNT takes DISTINCT, of one expression"
        yield from context.deny(private_final_select, message, SQL_PAGE, at=node, basis=Basis.DERIVED)
    elif distinct is None and node.expressions:
        message = f"{name} of several expressions appears in the final SELECT; it takes one"
        yield from context.deny(private_final_select, message, SQL_PAGE, at=node, basis=Basis.DERIVED)


def _clauses(context: QueryContext, select: Select) -> Iterator[Finding]:
    if select.node.args.get("distinct") is not None:
        message = "DISTINCT appears in the final SELECT; its grammar has none"
        yield from context.deny(
            private_final_select, message, STRUCTURE_PAGE, at=select.node.args["distinct"], basis=Basis.DERIVED
        )
    for name in ("limit", "offset"):
        clause = select.node.args.get(name)
        if clause is not None and not _is_number(clause.args.get("expression")):
            message = f"{name.upper()} takes a number"
            yield from context.deny(private_final_select, message, STRUCTURE_PAGE, at=clause, basis=Basis.DERIVED)


def _is_number(node: object) -> bool:
    return isinstance(node, (exp.Placeholder, exp.Parameter)) or (isinstance(node, exp.Literal) and node.is_int)
