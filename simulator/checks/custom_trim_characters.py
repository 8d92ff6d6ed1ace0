"""RTRIM with characters of the analyst's choice."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.checks.listed import found
from simulator.sql.constructs import Construct
from simulator.sql.spelling import shown
from simulator.verdict import Finding


def custom_trim_characters(context: QueryContext) -> Iterator[Finding]:
    """RTRIM (or TRIM) with a character set of its own.

    Why: The guide supports RTRIM only without a character set.
    Avoid: `SELECT SUM(v.watch_secs) AS s FROM views v WHERE TRIM(TRAILING 'x' FROM v.region) = 'EU'`
    Prefer: `SELECT SUM(v.watch_secs) AS s FROM views v WHERE RTRIM(v.region) = 'EU'`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    for _, _, node in found(context, Construct.SCALAR):
        if isinstance(node, exp.Trim) and node.args.get("expression") is not None:
            written = shown(context.script, node)
            message = f"trimming takes no custom character set; found {written}"
            source = f"{USER_GUIDE}/analysis-rules-aggregation.html"
            yield from context.deny(custom_trim_characters, message, source, at=node)
