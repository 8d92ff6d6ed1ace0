"""An output that is computed from a column which the owner keeps out of results."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.sql.brackets import around_brackets
from simulator.sql.resolved import Clause, Origin, Projection, Select
from simulator.sql.tracing import described
from simulator.table_rules import disallowed_columns
from simulator.verdict import Finding

_PAGE = f"{USER_GUIDE}/disallowed-output-columns.html"


def disallowed_output_column(context: QueryContext) -> Iterator[Finding]:
    """A disallowed column in the final SELECT, however it gets there.

    Renamed, computed with, aggregated (COUNT too), taken from `*`, through CTEs, derived tables and every operand of a
    set operator, or as a key of a window: what is projected may not be computed from it. Joining, filtering and sorting
    by it is allowed, and so is a CTE column that the final SELECT does not use.

    Why: The column is there to match or to filter by; its values are not meant for the receiver.
    Avoid: `SELECT COUNT(DISTINCT user_key) AS n FROM imps`
    Prefer: `SELECT u.tier, COUNT(*) AS n FROM imps i JOIN users u ON i.user_key = u.user_key GROUP BY u.tier`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/disallowed-output-columns.html
    """
    for select in context.script.final.selects if context.script.final is not None else ():
        for item in select.projections:
            for origin in disallowed(item):
                yield from _projected(context, select, item, origin)
    yield from _having(context)


def disallowed(item: Projection) -> list[Origin]:
    """Return the disallowed columns that a select item is computed from, by name."""
    found = (origin for origin in item.origins if origin.column in disallowed_columns(origin.table))
    return sorted(found, key=lambda origin: (origin.table.name, origin.column))


def _projected(context: QueryContext, select: Select, item: Projection, origin: Origin) -> Iterator[Finding]:
    holder = f"'{item.name}' in the final SELECT" if item.name else "an expression in the final SELECT"
    message = f"{described(origin, holder)}, which may not be in results (join, filter or sort by it instead)"
    if item.use is not None and _joined_by(select, item, origin):
        setting = "disallowed_column_of_guide_example"
        yield from context.open(disallowed_output_column, setting, message, _PAGE, at=item.node, table=origin.table)
    else:
        yield from context.deny(disallowed_output_column, message, _PAGE, at=item.node, table=origin.table)


def _joined_by(select: Select, item: Projection, origin: Origin) -> bool:
    """One example of the guide projects the very column it joins by, and says that this succeeds."""
    if isinstance(item.node, exp.Star) or item.use is None or item.use.source is not origin.source:
        return False
    matches = (use for use in select.uses_in(Clause.JOIN) if use.source is origin.source and use.name == origin.column)
    return any(isinstance(around_brackets(use.node), exp.EQ) for use in matches)


def _having(context: QueryContext) -> Iterator[Finding]:
    for select in context.script.selects:
        for use in select.uses_in(Clause.HAVING, Clause.QUALIFY):
            for origin in use.origins:
                if origin.column in disallowed_columns(origin.table):
                    message = f"HAVING uses '{origin.table.name}.{origin.column}', which may not be in results"
                    setting = "having_on_disallowed_column"
                    yield from context.open(
                        disallowed_output_column, setting, message, _PAGE, at=use.node, table=origin.table
                    )
