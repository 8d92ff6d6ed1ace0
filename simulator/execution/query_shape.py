"""Small questions about the shape of one SELECT block."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.execution.errors import NotEnforceableError
from simulator.sql.grouping import LIST, extensions


def own_nodes(root: exp.Expr) -> Iterator[exp.Expr]:
    """Yield all nodes below *root*, except those of nested queries."""
    for child in root.iter_expressions():
        if isinstance(child, exp.Query):
            continue
        yield child
        yield from own_nodes(child)


def own_aggregates(root: exp.Expr) -> Iterator[exp.AggFunc]:
    """Yield the aggregate functions that aggregate rows, window functions and nested queries excluded."""
    if isinstance(root, exp.AggFunc):
        yield root
        return
    for child in root.iter_expressions():
        if isinstance(child, exp.Query):
            continue
        if isinstance(child, exp.Window):
            # Aggregates inside the argument or the keys of a window function aggregate rows; the function itself
            # does not.
            for part in own_parts_of_window(child):
                yield from own_aggregates(part)
        else:
            yield from own_aggregates(child)


def own_parts_of_window(window: exp.Window) -> Iterator[exp.Expr]:
    """Yield the argument expressions and keys of a window function."""
    function = window.this
    while isinstance(function, (exp.IgnoreNulls, exp.RespectNulls)):
        function = function.this
    yield from function.iter_expressions()
    for key, value in window.args.items():
        if key != "this":
            yield from (item for item in (value if isinstance(value, list) else [value]) if isinstance(item, exp.Expr))


def without_limit(query: exp.Query) -> exp.Query:
    """Return a copy of *query* that returns all of its rows: without ORDER BY, LIMIT and OFFSET."""
    copy = query.copy()
    for clause in ("order", "limit", "offset"):
        copy.set(clause, None)
    return copy


def is_aggregated(select: exp.Select) -> bool:
    """Tell whether the block aggregates rows: by GROUP BY, by HAVING, or by an aggregate function."""
    if select.args.get("group") or select.args.get("having"):
        return True
    order = select.args.get("order")
    clauses = [*select.expressions, *([order] if order else [])]
    return any(True for clause in clauses for _ in own_aggregates(clause))


def refuse_grouping_sets(select: exp.Select) -> None:
    """Raise NotEnforceableError for ROLLUP, CUBE, GROUPING SETS and GROUP BY ALL."""
    if any(name != LIST for name, _ in extensions(select)):
        raise NotEnforceableError("GROUPING SETS, ROLLUP, CUBE and GROUP BY ALL cannot be enforced; name the columns")
