"""An analysis template over a table that takes none."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.checks.listed import rule_name
from simulator.verdict import Finding


def query_from_template(context: QueryContext) -> Iterator[Finding]:
    """An analysis template that reads a table with an aggregation or list rule.

    Why: The guide offers analysis templates for custom rules only; the other rules check each query by its form.
    Avoid: an analysis template over a table with an aggregation rule
    Prefer: the same query as ad hoc SQL, or a table with a custom rule
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules.html
    """
    if context.request.template_arn is not None or context.request.template_author is not None:
        message = (
            f"an analysis template cannot query a table with {rule_name(context)}; only custom rules take templates"
        )
        yield from context.deny(query_from_template, message, f"{USER_GUIDE}/analysis-rules.html")
