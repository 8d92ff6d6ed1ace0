"""What is computed of one user's rows must not depend on the order in which the engine comes across them.

That order depends on the rows of other users: one user more can swap the sides of a join. FIRST, ties in a window, and
the last digits of a sum of DOUBLE would then change for thousands of users at once, which no noise is scaled to. Equal
values look equal (see `equal_values`). So

* an aggregate function that feels the order gets its rows in an order of their values: `SUM(x ORDER BY x)`;
* a window function that feels the order of equal rows gets a total one: every column that its block uses is appended
  to ORDER BY, so that rows which are still equal cannot be told apart; of a block that groups, the keys.

`refuse_felt_order` looks at what the engine made of it, and refuses aggregate functions of which nothing is known.
"""

from __future__ import annotations

from sqlglot import exp

from simulator.execution.engines.engine_plan import BoundPlan, Plan
from simulator.execution.engines.number_types import FLOATS
from simulator.execution.errors import NotEnforceableError
from simulator.execution.one_row_oracles.tolerant import is_aggregate_function
from simulator.execution.query_shape import own_nodes
from simulator.sql.grouping import spelled_keys
from simulator.sql.windows import spelled_out

_FEEL_NOTHING = (
    *(exp.Count, exp.CountIf, exp.Min, exp.Max, exp.LogicalAnd, exp.LogicalOr, exp.ApproxDistinct, exp.Median),
    *(exp.BitwiseAndAgg, exp.BitwiseOrAgg, exp.BitwiseXorAgg, exp.PercentileCont, exp.PercentileDisc, exp.Quantile),
    exp.Grouping,
)
_PLAIN_FEEL_NOTHING = frozenset({"MEDIAN", "QUANTILE_CONT", "QUANTILE_DISC"})
_ADD_UP = (exp.Sum, exp.Avg)
"""Exact for whole numbers and decimals."""
_EXACT = {*exp.DataType.INTEGER_TYPES, exp.DataType.Type.DECIMAL, exp.DataType.Type.BOOLEAN}
_NUMBER_ROWS = (exp.RowNumber, exp.Ntile, exp.Lag, exp.Lead)
_PICK_A_ROW = (exp.FirstValue, exp.LastValue, exp.NthValue, exp.First, exp.Last, exp.AnyValue)
_CALLERS = (exp.Filter, exp.IgnoreNulls, exp.RespectNulls)

_KNOWN_AGGREGATES = frozenset(
    {
        *("count", "count_star", "count_if", "min", "max", "bool_and", "bool_or", "bit_and", "bit_or", "bit_xor"),
        *("approx_count_distinct", "median", "quantile_cont", "quantile_disc"),
    }
)
"""The engine's aggregate functions whose value does not depend on the order of rows."""
_KNOWN_SUMS = frozenset({"sum", "sum_no_overflow", "avg"})


def fix_row_order(tree: exp.Expr) -> exp.Expr:
    """Give every function of a DuckDB tree that feels the order of rows an order; the tree is changed and returned.

    Args:
        tree: A typed query whose columns name their tables.
    """
    for select in list(tree.find_all(exp.Select)):
        _spell_out_windows(select)
        parts = list(own_nodes(select))
        ties = [_key(column) for column in _tied(select, parts)]
        for node in parts:
            if isinstance(node, exp.Window):
                _order_window(node, ties)
            elif not isinstance(_caller(node).parent, exp.Window) and _feels_order(node):
                _order_arguments(node, ())
    return tree


def _spell_out_windows(select: exp.Select) -> None:
    named = select.args.get("windows") or []
    for window in [node for node in own_nodes(select) if isinstance(node, exp.Window) and node not in named]:
        window.replace(spelled_out(select, window))
    select.set("windows", None)


def refuse_felt_order(plan: BoundPlan) -> None:
    """Refuse aggregate functions that may still feel the order of rows.

    Args:
        plan: The engine's plan of the query; see `bound_plan`.

    Raises:
        NotEnforceableError: There is one.
    """
    for node in plan.nodes():
        if node.get("expression_class") not in ("BOUND_AGGREGATE", "BOUND_WINDOW") or "qname" not in node:
            continue
        orders = node.get("arg_orders") or (node.get("order_bys") or {}).get("orders")
        if not orders and not _is_known(node):
            raise NotEnforceableError(
                f"{node['qname']['path'][-1].upper()} may depend on the order of rows, and that on other users; "
                "use MIN or MAX"
            )


def _is_known(node: Plan) -> bool:
    name = node["qname"]["path"][-1]
    return name in _KNOWN_AGGREGATES or (
        name in _KNOWN_SUMS and all(kind["id"] not in FLOATS for kind in node.get("arguments", ()))
    )


def _tied(select: exp.Select, parts: list[exp.Expr]) -> list[exp.Expr]:
    """What tells the rows of a block apart: nothing of a side that a semi or anti join only looks at."""
    if select.args.get("group") is not None:
        return spelled_keys(select)
    joins = select.args.get("joins") or []
    looked_at = {join.this.alias_or_name for join in joins if join.kind in {"SEMI", "ANTI"}}
    return list(
        dict.fromkeys(
            node for node in parts if isinstance(node, exp.Column) and node.table and node.table not in looked_at
        )
    )


def _key(value: exp.Expr) -> exp.Expr:
    plain = exp.column(value.this, value.args.get("table")) if isinstance(value, exp.Column) else value.copy()
    return exp.Ordered(this=plain)


def _order_window(window: exp.Window, ties: list[exp.Expr]) -> None:
    function = window.this
    while isinstance(function, _CALLERS):
        function = function.this
    spec = window.args.get("spec")
    order = window.args.get("order")
    own = order.expressions if order is not None else []
    if isinstance(function, _PICK_A_ROW):
        _order_arguments(function, [*own, *ties])
    elif _feels_order(function):
        _order_arguments(function, ())
    if isinstance(function, _NUMBER_ROWS) or (spec is not None and spec.args.get("kind") == "ROWS"):
        window.set("order", exp.Order(expressions=[*own, *(key.copy() for key in ties)]))


def _caller(node: exp.Expr) -> exp.Expr:
    while isinstance(node.parent, _CALLERS) and node.arg_key == "this":
        node = node.parent
    return node


def _feels_order(node: exp.Expr) -> bool:
    if not is_aggregate_function(node) or isinstance(node, _FEEL_NOTHING) or isinstance(node.parent, exp.WithinGroup):
        return False
    if isinstance(node, exp.Anonymous):
        return node.name.upper() not in _PLAIN_FEEL_NOTHING
    value = node.this.expressions[0] if isinstance(node.this, exp.Distinct) else node.this
    is_exact = value is not None and value.type is not None and value.type.this in _EXACT
    return not (isinstance(node, _ADD_UP) and is_exact)


def _order_arguments(function: exp.Expr, before: tuple[exp.Expr, ...] | list[exp.Expr]) -> None:
    """Write ORDER BY into the arguments of an aggregate function: *before*, then all that it looks at."""
    holder = function.this if isinstance(function.this, exp.Distinct) else function
    values = [value for value in holder.iter_expressions() if not isinstance(value, exp.Order)]
    given = next((value for value in holder.iter_expressions() if isinstance(value, exp.Order)), None)
    if given is not None:
        values.insert(0, given.this)
    if not values:
        return
    keys = [*before, *(given.expressions if given is not None else ())]
    keys += [_key(value) for value in values if not isinstance(value, exp.Literal)]
    last = given or (values[0] if isinstance(function, exp.GroupConcat) else values[-1])
    if keys:
        value = last.this if last is given else last
        last.replace(exp.Order(this=value.copy(), expressions=[key.copy() for key in keys]))
