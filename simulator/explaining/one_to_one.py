"""One-to-one expressions of a column, which distinguish its values as it does itself: hashes of it, and its text."""

from __future__ import annotations

from sqlglot import exp

from simulator.sql.resolved import Origins, Projection, Script
from simulator.sql.tracing import NO_ORIGINS, unchanged

_ONE_TO_ONE = (
    *(exp.Paren, exp.MD5, exp.MD5Digest, exp.SHA, exp.SHA1Digest, exp.SHA2, exp.SHA2Digest, exp.Hex, exp.LowerHex),
    exp.ToBase64,
)
"""Functions that give different results for different arguments; for hashes, barring collisions."""
_TEXTS = (exp.Concat, exp.DPipe, exp.Struct, exp.FarmFingerprint)
"""Expressions that are one-to-one in one part when all their other parts are literals."""


def stands_for(script: Script, item: Projection) -> Origins:
    """Return the columns whose values *item* shows, or maps by a one-to-one function; none for anything else.

    One-to-one are hashes and their encodings, CAST to text, a concatenation with literals only (such as a keyed hash),
    and a STRUCT of one such field.
    """
    if item.use is not None:
        return unchanged(item.use)
    part: object = _argument(item.node)
    while isinstance(part, exp.Expression):
        if isinstance(part, exp.Column):
            return unchanged(script.use(part))
        part = _argument(part)
    return NO_ORIGINS


def _argument(node: exp.Expression) -> object:
    """Return the only part of *node* on which its value depends, one-to-one; None when there is no such part."""
    if isinstance(node, exp.TryCast):
        return None
    if isinstance(node, exp.Cast):
        return node.this if node.is_type(*exp.DataType.TEXT_TYPES) else None
    if isinstance(node, _TEXTS):
        parts = [part for part in node.iter_expressions() if not isinstance(part, exp.Literal)]
        return parts[0] if len(parts) == 1 else None
    if isinstance(node, exp.PropertyEQ):
        return node.expression
    return node.this if isinstance(node, _ONE_TO_ONE) else None
