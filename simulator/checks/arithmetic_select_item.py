"""Arithmetic in the select list."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import QueryContext
from simulator.checks.listed import expressions, is_list_query, rule_page
from simulator.sql.constructs import Construct, bare, construct_of, operands
from simulator.sql.resolved import Clause
from simulator.sql.spelling import shown
from simulator.verdict import Basis, Finding

_STATISTICS = {Construct.AGGREGATE, Construct.NUMBER}


def arithmetic_select_item(context: QueryContext) -> Iterator[Finding]:
    """A select item computed by an operator.

    In a list query, too, arithmetic in the select list is an open question.

    Why: The grammar of the select list has columns, aggregate functions and scalar functions, and names mathematical
        operators for WHERE only; whether they may stand between aggregate functions is not documented.
    Avoid: `SELECT SUM(v.watch_secs) / COUNT(DISTINCT v.cust_key) AS r FROM views v
        JOIN orders o ON v.cust_key = o.cust_key`
    Prefer: `SELECT SUM(v.watch_secs) AS s, COUNT(DISTINCT v.cust_key) AS n FROM views v
        JOIN orders o ON v.cust_key = o.cust_key`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    script, source = context.script, rule_page(context)
    for select in script.selects:
        for clause, root in expressions(select):
            node = bare(root)
            if clause is not Clause.SELECT or construct_of(script, node) is not Construct.ARITHMETIC:
                continue
            written = shown(script, node)
            leaves = set(_leaves(context, node))
            if is_list_query(context):
                message = f"{written}: the grammar of list queries shows columns only, its text mathematical operators"
                yield from context.open(arithmetic_select_item, "arithmetic_in_list_select", message, source, at=node)
            elif Construct.AGGREGATE in leaves and leaves <= _STATISTICS:
                message = f"{written}: arithmetic between aggregate functions is not in the grammar"
                setting = "arithmetic_between_aggregates"
                yield from context.open(arithmetic_select_item, setting, message, source, at=node)
            else:
                message = f"operators are supported in WHERE only; found {written} in SELECT"
                yield from context.deny(arithmetic_select_item, message, source, at=node, basis=Basis.DERIVED)


def _leaves(context: QueryContext, node: exp.Expression) -> Iterator[Construct]:
    for operand in operands(node):
        construct = construct_of(context.script, operand)
        if construct is Construct.ARITHMETIC:
            yield from _leaves(context, operand)
        else:
            yield construct
