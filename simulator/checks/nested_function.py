"""A function of something computed."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.checks.listed import found
from simulator.sql.constructs import Construct, construct_of, meant, operands
from simulator.sql.resolved import Clause
from simulator.sql.spelling import shown
from simulator.verdict import Finding

_SOURCE = f"{USER_GUIDE}/analysis-rules-aggregation.html"
_PLAIN = (Construct.COLUMN, Construct.STRING, Construct.NUMBER)


def nested_function(context: QueryContext) -> Iterator[Finding]:
    """A scalar function of anything but columns, strings and numbers.

    A select alias counts as what it names. A scalar function of an aggregate function is an open question: the guide
    forbids functions of functions, the API text allows that one.

    Why: The guide forbids scalar functions to be nested in each other, and lets the owner allow them on dimension
        columns only.
    Avoid: `SELECT UPPER(COALESCE(v.region, 'none')) AS r, SUM(v.watch_secs) AS s FROM views v
        JOIN orders o ON v.cust_key = o.cust_key GROUP BY v.region`
    Prefer: `SELECT UPPER(v.region) AS r, SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key
        GROUP BY UPPER(v.region)`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    script = context.script
    for _, clause, node in found(context, Construct.SCALAR):
        for argument in operands(node):
            construct = construct_of(script, meant(script, argument))
            if construct in _PLAIN:
                continue
            written = shown(script, node)
            if construct is Construct.AGGREGATE and clause in (Clause.SELECT, Clause.HAVING, Clause.ORDER_BY):
                message = f"a scalar function of an aggregate function: {written}"
                yield from context.open(nested_function, "scalar_of_aggregate", message, _SOURCE, at=node)
            else:
                message = f"a scalar function takes columns, strings and numbers; found {written}"
                yield from context.deny(nested_function, message, _SOURCE, at=node)
