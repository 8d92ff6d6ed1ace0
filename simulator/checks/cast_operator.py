"""A cast written with `::`."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.sql.spelling import cast_operators
from simulator.verdict import Finding


def cast_operator(context: QueryContext) -> Iterator[Finding]:
    """The operator `::` where the guide lists the function CAST.

    Avoid: v.viewed_at::date   Prefer: CAST(v.viewed_at AS DATE)
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    for span in cast_operators(context.script):
        message = "only the function CAST is named, not the operator ::; write CAST(... AS ...)"
        source = f"{USER_GUIDE}/analysis-rules-aggregation.html"
        yield from context.open(cast_operator, "cast_operator", message, source, at=span)
