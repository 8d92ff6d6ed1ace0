"""A column in ON that its owner did not open for joins."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.analysis_rules import AnalysisRuleCustom
from simulator.checks.context import QueryContext
from simulator.checks.listed import join_columns, quoted_names, rule_page
from simulator.sql.resolved import Clause
from simulator.verdict import Finding


def unlisted_join_column(context: QueryContext) -> Iterator[Finding]:
    """A column in ON or USING that is not a join column of its table.

    Why: The owner decides by which columns rows may be matched with those of others.
    Avoid: `SELECT SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.note = o.cust_key`
    Prefer: `SELECT SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    for select in context.script.selects:
        for use in select.uses_in(Clause.JOIN):
            for origin in sorted(use.origins, key=lambda origin: (origin.table.name, origin.column)):
                listed = join_columns(origin.table)
                # A custom rule lists no join columns; beside a table with a list of them, `mixed_rule_types` denies it.
                if origin.column in listed or isinstance(origin.table.rule, AnalysisRuleCustom):
                    continue
                message = (
                    f"column '{origin.column}' is not a join column of '{origin.table.name}' "
                    f"(join columns: {quoted_names(listed)})"
                )
                at, source = use.node, rule_page(context)
                yield from context.deny(unlisted_join_column, message, source, at=at, table=origin.table)
