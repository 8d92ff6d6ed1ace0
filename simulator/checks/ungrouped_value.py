"""A value beside aggregates that is neither grouped by nor aggregated."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import SQL_REFERENCE, QueryContext
from simulator.pages import GOOGLE_SQL
from simulator.sql.dialects import BIGQUERY
from simulator.sql.functions import is_unknown
from simulator.sql.grouping import Signature, column_signature, grouping_keys, is_grouped
from simulator.sql.resolved import ColumnUse, Script, Select
from simulator.sql.tracing import parts
from simulator.sql.windows import is_windowed
from simulator.verdict import Basis, Finding

_PAGE = f"{SQL_REFERENCE}/sql-commands-select-spark.html"
_BIGQUERY_PAGE = f"{GOOGLE_SQL}/query-syntax#group_by_clause"
_CALLS = (exp.AggFunc, exp.WithinGroup, exp.Filter)


def ungrouped_value(context: QueryContext) -> Iterator[Finding]:
    """A column of a SELECT that aggregates or groups, outside its aggregates and outside its GROUP BY keys.

    The select list, HAVING and ORDER BY are looked at. A select alias does not hide the column of its name from GROUP
    BY: `UPPER(zip) AS camp ... GROUP BY camp` groups by the column camp, and leaves zip ungrouped.

    Why: In a group of many rows such a column has many values; the engine refuses, for it would have to show the value
        of one row.
    Avoid: `SELECT camp, zip, COUNT(*) AS n FROM imps GROUP BY camp`
    Prefer: `SELECT camp, zip, COUNT(*) AS n FROM imps GROUP BY camp, zip`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/sql-reference/sql-commands-select-spark.html
    """
    page = _BIGQUERY_PAGE if context.script.dialect == BIGQUERY else _PAGE
    for select in context.script.selects:
        if not _groups(select):
            continue
        keys = grouping_keys(context.script, select)
        for root in _roots(select):
            for use in _ungrouped(context.script, select, root, keys):
                message = f"column '{use.name}' must be grouped by or be inside an aggregate function ({use.clause})"
                yield from context.deny(ungrouped_value, message, page, at=use.node, basis=Basis.DERIVED)


def _groups(select: Select) -> bool:
    if select.node.args.get("group") is not None or select.node.args.get("having") is not None:
        return True
    order = select.node.args.get("order")
    return any(
        _aggregates(call) and call.parent_select is select.node
        for root in (*select.node.expressions, *([order] if order is not None else []))
        for call in parts(root, exp.AggFunc)
    )


def _aggregates(node: exp.Expr) -> bool:
    """Tell whether *node* takes many rows to one value; the function of an OVER clause does not."""
    known = isinstance(node, _CALLS) or (isinstance(node, exp.Func) and node.key.endswith("agg"))
    return known and not is_windowed(node)


def _roots(select: Select) -> Iterator[exp.Expression | ColumnUse]:
    """Yield what is computed once a group: items (those of `*` as the columns they are), HAVING, ORDER BY, windows."""
    for item in select.projections:
        starred = item.use is not None and not isinstance(item.node, exp.Column)
        yield item.use if item.use is not None and (starred or isinstance(item.node.this, exp.Star)) else item.node
    for name in ("having", "order"):
        if select.node.args.get(name) is not None:
            yield select.node.args[name]
    yield from select.node.args.get("windows") or ()


def _ungrouped(
    script: Script, select: Select, root: exp.Expression | ColumnUse, keys: frozenset[Signature]
) -> Iterator[ColumnUse]:
    if isinstance(root, ColumnUse):
        if column_signature(root) not in keys:
            yield root
        return
    pending = [root]
    while pending:
        node = pending.pop()
        if _aggregates(node) or is_unknown(node) or is_grouped(script, node, keys):
            continue
        use = script.use(node) if isinstance(node, exp.Column) else None
        if use is not None and use.projection is None and use.source in select.sources.values():
            yield use
        pending += reversed([child for child in node.iter_expressions() if isinstance(child, exp.Expression)])
