"""A constant in the select list."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import QueryContext
from simulator.checks.listed import expressions, is_list_query, rule_page
from simulator.sql.constructs import Construct, bare, construct_of
from simulator.sql.resolved import Clause
from simulator.sql.spelling import shown
from simulator.verdict import Finding


def literal_select_item(context: QueryContext) -> Iterator[Finding]:
    """A string or number as a select item, or a string as a GROUP BY key.

    A list query needs a column beside it; beside one, whether it may stand there is an open question.

    Why: The grammar of the select list shows columns, aggregate functions and scalar functions, and the documentation
        names no constants there.
    Avoid: `SELECT 'x' AS tag, SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key`
    Prefer: `SELECT SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    script, source = context.script, rule_page(context)
    is_list = is_list_query(context)
    setting = "literal_in_list_select" if is_list else "literal_select_item"
    for select in script.selects:
        for clause, root in expressions(select):
            construct = construct_of(script, bare(root))
            item = clause is Clause.SELECT and construct in (Construct.STRING, Construct.NUMBER)
            if item or (clause is Clause.GROUP_BY and construct is Construct.STRING):
                message = f"{shown(script, root)} in {clause} is a constant, which the grammar does not show"
                yield from context.open(literal_select_item, setting, message, source, at=root)
        if is_list and not any(projection.origins for projection in select.projections):
            message = "the select list of a list query needs at least one column of a table"
            yield from context.deny(literal_select_item, message, source, at=select.node.expressions[0])
