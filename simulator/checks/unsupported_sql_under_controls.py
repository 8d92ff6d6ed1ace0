"""SQL that thresholds and comparison controls exclude."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.checks.controls import comparison_table, threshold_table
from simulator.sql.comparisons import tests_rows
from simulator.sql.resolved import Join, Role
from simulator.sql.tracing import parts
from simulator.verdict import Basis, Finding

_PAGE = f"{USER_GUIDE}/custom-sql-capabilities.html"
_JOINS = frozenset({"INNER", "LEFT", "RIGHT", "FULL", "CROSS", "COMMA", ""})

_EXCLUDED: dict[type[exp.Expression], str] = {
    exp.Cube: "CUBE",
    exp.Rollup: "ROLLUP",
    exp.GroupingSets: "GROUPING SETS",
    exp.Exists: "EXISTS",
    exp.Cluster: "CLUSTER BY",
    exp.Distribute: "DISTRIBUTE BY",
    exp.Sort: "SORT BY",
    exp.Lateral: "LATERAL",
    exp.Pivot: "PIVOT or UNPIVOT",
    exp.Except: "EXCEPT",
    exp.Intersect: "INTERSECT",
    exp.Offset: "OFFSET",
    exp.NullSafeEQ: "<=>",
}
"""What the page excludes by name."""

_KNOWN: frozenset[type[exp.Expression]] = frozenset(
    {
        *(exp.Select, exp.From, exp.Join, exp.Where, exp.Group, exp.Having, exp.Order, exp.Ordered, exp.Limit),
        *(exp.With, exp.CTE, exp.Subquery, exp.Table, exp.TableAlias, exp.Alias, exp.Identifier, exp.Column, exp.Star),
        *(exp.Literal, exp.Boolean, exp.Null, exp.Placeholder, exp.Parameter, exp.Paren, exp.Tuple, exp.Distinct),
        *(exp.Union, exp.Values, exp.Hint, exp.JoinHint, exp.Cache, exp.Window, exp.WindowSpec),
        *(exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.In, exp.Like, exp.RegexpLike, exp.Between, exp.Is),
        *(exp.NullSafeNEQ, exp.And, exp.Or, exp.Not, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.IntDiv, exp.Neg),
        *(exp.DPipe, exp.DataType, exp.DataTypeParam, exp.Interval, exp.IntervalSpan, exp.Var, exp.Escape),
    }
)
"""What the page lists as supported, and what expressions are made of. Functions are judged by name, elsewhere."""


def unsupported_sql_under_controls(context: QueryContext) -> Iterator[Finding]:
    """A construct that is not in the list of SQL for tables with a threshold or with comparison controls.

    Excluded by name: CUBE, ROLLUP, GROUPING SETS, EXISTS, CLUSTER BY, DISTRIBUTE BY, SORT BY, LATERAL, PIVOT, WITH
    RECURSIVE, LEFT SEMI and LEFT ANTI joins, EXCEPT, INTERSECT, OFFSET and `<=>`. Whatever is not in the list of
    supported SQL is refused as well: subqueries outside FROM, FILTER, WITHIN GROUP, QUALIFY, TABLESAMPLE, ILIKE and so
    on. With comparison controls alone it is an open question whether the list applies. USING and a comma in FROM are
    other spellings of the inner and cross joins that it has.

    Why: Thresholds and comparison controls hold only where identities and comparisons can be followed through the SQL;
        the service lists the SQL for which they can.
    Avoid: `SELECT camp, COUNT(user_key) FILTER (WHERE clicks > 3) AS n FROM imps GROUP BY camp`
    Prefer: `SELECT camp, COUNT(user_key) AS n FROM imps WHERE clicks > 3 GROUP BY camp`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/custom-sql-capabilities.html
    """
    if threshold_table(context) is None and comparison_table(context) is None:
        return
    for statement in context.script.statements:
        for node in parts(statement):
            yield from _of_node(context, node)
    for select in context.script.selects:
        for join in select.joins:
            yield from _of_join(context, join)
    for query in context.script.queries:
        if query.role is Role.SUBQUERY and not isinstance(query.node.parent, exp.Exists):
            yield from _unsupported(context, "a subquery outside FROM", query.node, Basis.DERIVED)


def _of_node(context: QueryContext, node: exp.Expression) -> Iterator[Finding]:
    name = _EXCLUDED.get(type(node))
    if isinstance(node, exp.Exists) and not tests_rows(node):
        yield from _unsupported(context, "the function exists", node, Basis.DERIVED)
    elif name is not None:
        yield from _unsupported(context, name, node, Basis.DOCUMENTED)
    elif isinstance(node, exp.With) and node.args.get("recursive"):
        yield from _unsupported(context, "WITH RECURSIVE", node, Basis.DOCUMENTED)
    elif type(node) not in _KNOWN and (isinstance(node, exp.UDTF) or not isinstance(node, exp.Func)):
        yield from _unsupported(context, _described(node), node, Basis.DERIVED)


def _of_join(context: QueryContext, join: Join) -> Iterator[Finding]:
    if join.kind not in _JOINS:
        basis = Basis.DOCUMENTED if join.kind.endswith(("SEMI", "ANTI")) else Basis.DERIVED
        yield from _unsupported(context, f"{join.kind} JOIN", join.node, basis)


def _described(node: exp.Expression) -> str:
    words = {exp.Filter: "FILTER", exp.WithinGroup: "WITHIN GROUP", exp.TableSample: "TABLESAMPLE", exp.ILike: "ILIKE"}
    return words.get(type(node), node.key.upper())


def _unsupported(context: QueryContext, what: str, at: exp.Expression, basis: Basis) -> Iterator[Finding]:
    table = threshold_table(context)
    if table is not None:
        message = f"{what} is not supported with the aggregation threshold of '{table.name}'"
        yield from context.deny(unsupported_sql_under_controls, message, _PAGE, at=at, table=table, basis=basis)
        return
    table = comparison_table(context)
    name = table.name if table is not None else ""
    message = f"{what} may not be supported with the comparison controls of '{name}'"
    setting = "unsupported_sql_under_comparison_controls"
    yield from context.open(unsupported_sql_under_controls, setting, message, _PAGE, at=at, table=table)
