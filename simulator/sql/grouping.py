"""What a SELECT groups by, so that two spellings of one expression can be told to be the same."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.sql.constructs import bare
from simulator.sql.resolved import Projection, Script, Select

Signature = object
"""A hashable value; equal for expressions that mean the same."""


def grouping_keys(script: Script, select: Select) -> frozenset[Signature]:
    """Return the signatures of everything that *select* groups by; aliases and ordinals as what they stand for."""
    group = select.node.args.get("group")
    keys = [bare(key) for key in group.expressions] if group is not None else []
    return frozenset(signature(script, target) for key in keys if (target := _target(script, select, key)) is not None)


def key_nodes(script: Script, select: Select) -> Iterator[tuple[exp.Expression, Projection | None]]:
    """Yield every key of GROUP BY, those inside ROLLUP and its like too, and the select item that it stands for."""
    group = select.node.args.get("group")
    pending = list(group.iter_expressions()) if group is not None else []
    while pending:
        key = bare(pending.pop())
        if isinstance(key, (exp.Cube, exp.Rollup, exp.GroupingSets, exp.Tuple)):
            pending.extend(key.iter_expressions())
        elif isinstance(key, exp.Literal) and key.name.isdecimal() and 0 < int(key.name) <= len(select.projections):
            yield key, select.projections[int(key.name) - 1]
        else:
            use = script.use(key)
            yield key, use.projection if use is not None else None


def ordinal_target(select: Select, key: exp.Expression) -> exp.Expression | None:
    """Return the select item that the ordinal *key* (`GROUP BY 1`) stands for; None when there is none."""
    items = select.node.expressions
    position = int(key.name) if isinstance(key, exp.Literal) and key.name.isdecimal() else 0
    return bare(items[position - 1]) if 1 <= position <= len(items) else None


def _target(script: Script, select: Select, key: exp.Expression) -> exp.Expression | None:
    if isinstance(key, exp.Literal) and not key.is_string:
        return ordinal_target(select, key)
    use = script.use(key) if isinstance(key, exp.Column) else None
    return bare(use.projection.node) if use is not None and use.projection is not None else key


def signature(script: Script, node: exp.Expression) -> Signature:
    """Return a value that is equal for two expressions over the same columns of the same FROM entries."""
    node = bare(node)
    if isinstance(node, exp.Column):
        use = script.use(node)
        if use is not None:
            return ("column", id(use.source), use.name) if use.projection is None else _of_alias(script, use.projection)
    children = tuple(
        (name, _part(script, value)) for name, value in node.args.items() if value is not None and value is not False
    )
    return (node.key, children)


def _of_alias(script: Script, projection: object) -> Signature:
    node = getattr(projection, "node", None)
    return signature(script, node) if isinstance(node, exp.Expression) else ("alias", id(projection))


def _part(script: Script, value: object) -> Signature:
    if isinstance(value, exp.Expression):
        return signature(script, value)
    if isinstance(value, list):
        return tuple(_part(script, item) for item in value)
    return value if isinstance(value, (str, int, bool)) else str(value)
