"""A GROUP BY or ORDER BY key that the engine cannot take."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import SQL_REFERENCE, QueryContext
from simulator.pages import GOOGLE_SQL
from simulator.sql.dialects import BIGQUERY
from simulator.sql.enclosing import all_enclosing
from simulator.sql.grouping import computed_from_groups, key_nodes, position_of
from simulator.sql.resolved import Query
from simulator.sql.spelling import shown
from simulator.verdict import Basis, Finding

_PAGE = f"{SQL_REFERENCE}/sql-commands-select-spark.html"
_BIGQUERY_PAGE = f"{GOOGLE_SQL}/query-syntax#group_by_clause"

_WRITTEN = (exp.Literal, exp.Boolean, exp.Null)
"""What BigQuery refuses with "Cannot GROUP BY literal values"; a select item of that value may be named."""


def impossible_key(context: QueryContext) -> Iterator[Finding]:
    """GROUP BY an aggregate or window function, or a position that the select list does not have.

    It makes no difference whether the function is written out or named by alias or position. A position in ORDER BY
    counts as well. BigQuery also refuses to group by a string, a condition or NULL that is written out.

    Why: Groups have to be known before anything is aggregated in them, so the engine refuses the query.
    Avoid: `SELECT COUNT(*) AS n FROM imps GROUP BY 1`
    Prefer: `SELECT camp, COUNT(*) AS n FROM imps GROUP BY 1`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/sql-reference/sql-commands-select-spark.html
    """
    for select in context.script.selects:
        for key, item in key_nodes(context.script, select):
            target = item.node if item is not None else key
            if item is None and (position := position_of(key)) is not None:
                yield from _denied(context, f"GROUP BY {position} names no item of the select list", key)
            elif item is None and isinstance(key, _WRITTEN) and context.script.dialect == BIGQUERY:
                written = shown(context.script, key)
                yield from _denied(context, f"GROUP BY {written} is a literal; group by columns or expressions", key)
            elif computed_from_groups(context.script, select, target) is not None:
                written = shown(context.script, key)
                message = f"GROUP BY {written} is an aggregate or window function; group by columns or expressions"
                yield from _denied(context, message, key)
    for query in context.script.queries:
        for key in _sort_keys(query):
            position = position_of(key)
            if position is not None and not 0 < position <= len(query.outputs):
                yield from _denied(context, f"ORDER BY {position} names no item of the select list", key)


def _sort_keys(query: Query) -> Iterator[exp.Expression]:
    nodes = dict.fromkeys((query.node, *query.operators, *all_enclosing(query.selects)))
    orders = (node.args.get("order") for node in nodes)
    return (ordered.this for order in orders if order is not None for ordered in order.expressions)


def _denied(context: QueryContext, message: str, key: exp.Expression) -> Iterator[Finding]:
    page = _BIGQUERY_PAGE if context.script.dialect == BIGQUERY else _PAGE
    yield from context.deny(impossible_key, message, page, at=key, basis=Basis.DERIVED)
