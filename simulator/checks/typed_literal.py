"""A literal with a type before it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.checks.listed import found
from simulator.sql.constructs import Construct, bare
from simulator.sql.spelling import shown, spelled_casts
from simulator.verdict import Basis, Finding


def typed_literal(context: QueryContext) -> Iterator[Finding]:
    """A literal with a type before it, such as DATE '2026-01-01' or INT '5'.

    The parser makes casts of them, so they show in there being more casts than the text spells; every cast of a literal
    is then reported.

    Why: The guide allows strings and numbers as literals, and shows none with a type.
    Avoid: `SELECT SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key
        WHERE v.viewed_at > DATE '2026-01-01'`
    Prefer: `SELECT SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key
        WHERE v.viewed_at > '2026-01-01'`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    kinds = (Construct.SCALAR, Construct.FUNCTION)
    casts = [node for _, _, node in found(context, *kinds) if isinstance(node, exp.Cast) and "start" not in node.meta]
    if not casts or len(casts) <= spelled_casts(context.script):
        return
    for node in casts:
        if isinstance(bare(node.this), exp.Literal):
            message = f"{shown(context.script, node)}: a literal is a string or a number, without a type before it"
            source = f"{USER_GUIDE}/analysis-rules-aggregation.html"
            yield from context.deny(typed_literal, message, source, at=node, basis=Basis.DERIVED)
