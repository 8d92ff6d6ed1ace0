"""A column where its owner did not open it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import QueryContext
from simulator.checks.listed import (
    inside_aggregate,
    is_list_query,
    join_columns,
    quoted_names,
    rule_page,
    shown_columns,
    shown_kind,
)
from simulator.request import TableKind
from simulator.sql.resolved import Clause, ColumnUse, Origin, Select
from simulator.verdict import Finding

_ELSEWHERE = (Clause.JOIN, Clause.FROM)


def unlisted_column(context: QueryContext) -> Iterator[Finding]:
    """A column outside joins and aggregate functions that is no dimension column or, in a list rule, no list column.

    Why: The owner opened some columns to be shown, and others only to match by or to make statistics of.
    Avoid: `SELECT v.note, SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key GROUP BY v.note`
    Prefer: `SELECT v.region, SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key
        GROUP BY v.region`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    for select in context.script.selects:
        service_message = _service_message(context, select)
        for use in select.uses:
            if use.clause in _ELSEWHERE or (not is_list_query(context) and inside_aggregate(use.node)):
                continue
            for origin in _unlisted(use):
                yield from context.deny(
                    unlisted_column,
                    _message(use, origin),
                    rule_page(context),
                    at=use.node,
                    table=origin.table,
                    service_message=service_message if use.clause is Clause.SELECT else None,
                )
            if _has_field(use):
                message = f"a field of column '{use.name}' cannot be used: nested types need a custom rule"
                yield from context.deny(unlisted_column, message, rule_page(context), at=use.node)


def _unlisted(use: ColumnUse) -> list[Origin]:
    # A reference to a select alias repeats what was judged in the select list, unless a column has the same name.
    judged = use.projection.origins if use.projection is not None else frozenset()
    return sorted(
        (
            origin
            for origin in use.origins - judged
            if origin.table.kind is not TableKind.ID_MAPPING and origin.column not in shown_columns(origin.table)
        ),
        key=lambda origin: (origin.table.name, origin.column),
    )


def _message(use: ColumnUse, origin: Origin) -> str:
    table = origin.table
    kind = shown_kind(table)
    if origin.column in join_columns(table):
        what = f"column '{origin.column}' is a join column of '{table.name}' and can be used in ON only"
    else:
        what = f"column '{origin.column}' is not a {kind} column of '{table.name}'"
    return f"{what}; found in {use.clause} ({kind} columns: {quoted_names(shown_columns(table))})"


def _service_message(context: QueryContext, select: Select) -> str | None:
    if not is_list_query(context):
        return None
    names = (use.name for use in select.uses_in(Clause.SELECT) if _unlisted(use))
    return f"Column(s) [{', '.join(dict.fromkeys(names))}] is not allowed in select"


def _has_field(use: ColumnUse) -> bool:
    if not isinstance(use.node, exp.Column) or use.source is None or use.projection is not None:
        return False
    parts = [part.name.lower() for part in use.node.parts]
    qualified = len(parts) > 1 and parts[0] == use.source.alias.lower() and parts[1] == use.name
    return len(parts) > 1 + qualified
