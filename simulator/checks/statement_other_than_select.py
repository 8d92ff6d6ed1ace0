"""Anything but one SELECT."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import QueryContext
from simulator.checks.listed import is_list_query, rule_name, rule_page
from simulator.verdict import Basis, Finding


def statement_other_than_select(context: QueryContext) -> Iterator[Finding]:
    """CACHE TABLE or several statements where the rule takes one SELECT.

    Why: Under an aggregation or list rule a query is one SELECT of the form that the grammar shows; CACHE TABLE is
        described for custom rules.
    Avoid: `CACHE TABLE c AS SELECT SUM(watch_secs) AS s FROM views; SELECT s FROM c`
    Prefer: `SELECT SUM(watch_secs) AS s FROM views`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    script, name, source = context.script, rule_name(context), rule_page(context)
    message = f"a query under {name} is a single SELECT; found {len(script.statements)} statements"
    if script.cached:
        message = f"a query under {name} is a single SELECT; CACHE TABLE is not supported"
    if script.cached and is_list_query(context):
        at = script.cached[0].node
        yield from context.open(statement_other_than_select, "cache_table_on_list_or_legacy", message, source, at=at)
    elif script.cached:
        at = script.cached[0].node
        yield from context.deny(statement_other_than_select, message, source, at=at, basis=Basis.DERIVED)
    elif len(script.statements) > 1:
        at = script.statements[-1]
        yield from context.deny(statement_other_than_select, message, source, at=at, basis=Basis.DERIVED)
