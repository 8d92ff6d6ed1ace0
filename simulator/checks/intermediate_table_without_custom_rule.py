"""An intermediate table with a rule of another kind than CUSTOM."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.request import TableKind
from simulator.table_rules import custom_rule
from simulator.verdict import Finding


def intermediate_table_without_custom_rule(context: QueryContext) -> Iterator[Finding]:
    """An intermediate table that has no custom analysis rule.

    Why: A table without a rule cannot be queried, and no other kind of rule can be attached to an intermediate table.
    Avoid: querying the table before its rule is made
    Prefer: making its custom rule first
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/intermediate-table-analysis-rule.html
    """
    for table in context.script.tables().values():
        if table.kind is TableKind.INTERMEDIATE and custom_rule(table) is None:
            message = f"intermediate table '{table.name}' has no custom analysis rule, so it cannot be queried"
            source = f"{USER_GUIDE}/intermediate-table-analysis-rule.html"
            yield from context.deny(intermediate_table_without_custom_rule, message, source, table=table)
