"""What stands where a condition belongs is made a condition: text that is neither true nor false is NULL, as in Spark.

DuckDB would read it by a cast that fails on one row, and outside of every TRY. A cast of what is BOOLEAN anyway costs
nothing: the engine leaves it out.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

_HOLDERS: tuple[tuple[type[exp.Expr], tuple[str, ...]], ...] = (
    (exp.Where, ("this",)),
    (exp.Having, ("this",)),
    (exp.Qualify, ("this",)),
    (exp.Join, ("on",)),
    (exp.Connector, ("this", "expression")),
    (exp.Not, ("this",)),
    (exp.CountIf, ("this",)),
)
"""Nodes to their arguments that are conditions. WHERE is also that of FILTER."""
_CONDITIONS = (exp.Predicate, exp.Connector, exp.Not, exp.Boolean, exp.Null)


def make_conditions_boolean(tree: exp.Expr) -> exp.Expr:
    """Cast every condition of a DuckDB tree that is none by its form to BOOLEAN; the tree is changed and returned."""
    for node in list(tree.walk()):
        for name in _conditions_of(node):
            condition = node.args.get(name)
            if isinstance(condition, exp.Expr) and not isinstance(condition.unnest(), _CONDITIONS):
                node.set(name, _boolean(condition))
    return tree


def _conditions_of(node: exp.Expr) -> Iterator[str]:
    for kind, names in _HOLDERS:
        if isinstance(node, kind):
            yield from names
    if isinstance(node, exp.If) and not (isinstance(node.parent, exp.Case) and node.parent.this):
        yield "this"  # of CASE with an operand it is a value
    if isinstance(node, exp.Is) and isinstance(node.expression, exp.Boolean):
        yield "this"


def _boolean(value: exp.Expr) -> exp.TryCast:
    kind = exp.DataType.build("BOOLEAN", dialect="duckdb")
    cast = exp.TryCast(this=value.copy(), to=kind)
    cast.type = kind
    return cast
