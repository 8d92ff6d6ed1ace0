"""Which tables of a query a custom rule controls: the vocabulary of the checks for custom rules."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.custom_rule import CustomControls
from simulator.checks.context import QueryContext
from simulator.request import Table
from simulator.table_rules import comparison_controls, custom_rule, has_threshold


def custom_tables(context: QueryContext) -> Iterator[tuple[Table, CustomControls]]:
    """Yield every table of the query that has a custom rule, with the rule."""
    for table in context.script.tables().values():
        rule = custom_rule(table)
        if rule is not None:
            yield table, rule


def threshold_table(context: QueryContext) -> Table | None:
    """Return the first table of the query that has a threshold."""
    return next((table for table, _ in custom_tables(context) if has_threshold(table)), None)


def comparison_table(context: QueryContext) -> Table | None:
    """Return the first table of the query that has comparison controls."""
    return next((table for table, _ in custom_tables(context) if comparison_controls(table) is not None), None)
