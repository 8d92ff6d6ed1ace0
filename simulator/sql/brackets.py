"""Brackets around expressions, which mean nothing."""

from __future__ import annotations

from sqlglot import exp

_HOLD_KEYS = (exp.Group, exp.Rollup, exp.Cube, exp.GroupingSets, exp.Ordered, exp.Cluster, exp.Distribute)


def within_brackets(node: exp.Expression) -> exp.Expression:
    """Return *node* without the brackets around it."""
    while isinstance(node, exp.Paren):
        node = node.this
    return node


def drop_around_keys(tree: exp.Expression) -> None:
    """Take away the brackets around every key of GROUP BY, ORDER BY and PARTITION BY; the tree is changed.

    The engines' parsers keep no trace of them either: `GROUP BY (1)` is `GROUP BY 1`, the position of a select item,
    and `ORDER BY (camp)` prefers the alias as `ORDER BY camp` does. `(a, b)` is no key in brackets.

    Args:
        tree: A statement.
    """
    for node in list(tree.find_all(exp.Paren)):
        if _is_key(node):
            node.replace(within_brackets(node))


def _is_key(node: exp.Expression) -> bool:
    while isinstance(node.parent, exp.Tuple):
        node = node.parent
    return isinstance(node.parent, _HOLD_KEYS) or (
        isinstance(node.parent, exp.Window) and node.arg_key == "partition_by"
    )


def without_brackets(node: exp.Expr) -> exp.Expr:
    """Return a copy of *node* without brackets at any depth; the tree itself says what belongs together."""
    holder = exp.Paren(this=node.copy())
    for inner in reversed(list(holder.this.find_all(exp.Paren))):
        inner.replace(inner.this)
    whole: exp.Expr = holder.this
    return whole.pop()


def same(node: exp.Expr, bare: exp.Expr) -> bool:
    """Tell whether *node* is *bare*, which has no brackets, but for brackets."""
    inner = node
    while isinstance(inner, exp.Paren):
        inner = inner.this
    return type(inner) is type(bare) and without_brackets(inner) == bare


def around_brackets(node: exp.Expression) -> exp.Expression | None:
    """Return what *node* is part of, brackets ignored; None at the top."""
    parent = node.parent
    while isinstance(parent, exp.Paren):
        parent = parent.parent
    return parent if isinstance(parent, exp.Expression) else None
