"""Brackets around expressions, which mean nothing."""

from __future__ import annotations

from sqlglot import exp


def within_brackets(node: exp.Expression) -> exp.Expression:
    """Return *node* without the brackets around it."""
    while isinstance(node, exp.Paren):
        node = node.this
    return node


def around_brackets(node: exp.Expression) -> exp.Expression | None:
    """Return what *node* is part of, brackets ignored; None at the top."""
    parent = node.parent
    while isinstance(parent, exp.Paren):
        parent = parent.parent
    return parent if isinstance(parent, exp.Expression) else None
