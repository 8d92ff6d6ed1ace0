"""Times without a zone: Spark's and BigQuery's are read and shown in UTC, where the engine's session is."""

from __future__ import annotations

from sqlglot import exp

_ZONED = (exp.AtTimeZone, exp.UnixToTime)
"""What gives a time with a zone in DuckDB."""


def utc_in_a_zone(node: exp.Expr) -> exp.Expr | None:
    """`FROM_UTC_TIMESTAMP(ts, zone)`: what clocks there show; the parser leaves out that *ts* is of UTC."""
    if not isinstance(node, exp.AtTimeZone):
        return None
    moment = exp.AtTimeZone(this=node.this, zone=exp.Literal.string("UTC"))
    return exp.AtTimeZone(this=moment, zone=node.args["zone"])


def without_zones(tree: exp.Expr) -> exp.Expr:
    """Make every time of a DuckDB tree a plain TIMESTAMP in UTC; the tree is changed and returned."""
    for kind in tree.find_all(exp.DataType):
        if kind.this is exp.DataType.Type.TIMESTAMPTZ:
            kind.set("this", exp.DataType.Type.TIMESTAMP)
    for node in reversed(list(tree.walk(bfs=False))):
        is_inner = isinstance(node.parent, exp.AtTimeZone) and node.arg_key == "this"
        if isinstance(node, _ZONED) and not is_inner:
            node.replace(exp.TryCast(this=node.copy(), to=exp.DataType.build("TIMESTAMP", dialect="duckdb")))
    return tree
