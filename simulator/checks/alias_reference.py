"""GROUP BY c, HAVING s > 5, where c and s are select aliases."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.checks.listed import found
from simulator.sql.constructs import Construct, meant
from simulator.sql.resolved import Clause
from simulator.sql.spelling import shown
from simulator.verdict import Finding

_SOURCE = f"{USER_GUIDE}/analysis-rules-aggregation.html"


def alias_reference(context: QueryContext) -> Iterator[Finding]:
    """A select item named by its alias in GROUP BY or HAVING; ORDER BY takes aliases.

    Why: The rule's grammar groups by columns and functions, and its HAVING compares an aggregate function; whether the
        alias of a select item may stand for one is not documented.
    Avoid: `SELECT UPPER(v.region) AS r, SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key
        GROUP BY r`
    Prefer: `SELECT UPPER(v.region) AS r, SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key
        GROUP BY UPPER(v.region)`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    script = context.script
    for _, clause, node in found(context, Construct.COLUMN, clauses=(Clause.GROUP_BY, Clause.HAVING)):
        if meant(script, node) is not node:
            message = (
                f"{clause} names a select item by its alias {shown(script, node)}; the documentation shows columns and "
                "functions only"
            )
            yield from context.open(alias_reference, "alias_reference", message, _SOURCE, at=node)
