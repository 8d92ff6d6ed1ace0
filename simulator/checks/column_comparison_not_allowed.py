"""A column that is compared with a column although the comparison controls do not list it for that."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.custom_rule import ComparisonControls
from simulator.checks.context import API_REFERENCE, QueryContext
from simulator.checks.controls import comparison_table
from simulator.settings import Reading
from simulator.sql.comparisons import GROUPING, Comparison, Kind, comparisons
from simulator.sql.resolved import Origin
from simulator.sql.values import Value
from simulator.table_rules import comparison_controls
from simulator.verdict import Finding

_PAGE = f"{API_REFERENCE}/API_ComparisonControls.html"


def column_comparison_not_allowed(context: QueryContext) -> Iterator[Finding]:
    """A column outside `allowedColumnComparisonColumns` against another column, or against its own other rows.

    Joins (ON, USING, NATURAL), WHERE, IN with a subquery, functions of several columns, and also GROUP BY, DISTINCT,
    UNION and the keys of windows. Open: grouping by a column that may be compared with literals only, and a function of
    a listed column.

    Why: Whoever may compare a column freely can match its values with a list of their own, and so learn who is behind
        them.
    Avoid: `SELECT COUNT(i.user_key) AS n FROM imps i JOIN users u ON i.email_h = u.email_h` (email_h is not listed)
    Prefer: `SELECT COUNT(i.user_key) AS n FROM imps i JOIN users u ON i.user_key = u.user_key` (user_key is listed)
    Source: https://docs.aws.amazon.com/clean-rooms/latest/apireference/API_ComparisonControls.html
    """
    if comparison_table(context) is None:
        return
    for comparison in comparisons(context.script):
        if comparison.kind is Kind.UNSUPPORTED_SET and not _sets_are_supported(context):
            continue
        for value in comparison.columns:
            for origin in sorted(value.origins, key=lambda found: found.column):
                controls = comparison_controls(origin.table)
                if controls is not None:
                    yield from _judged(context, comparison, value, origin, controls)


def _sets_are_supported(context: QueryContext) -> bool:
    # INTERSECT and EXCEPT are reported as unsupported SQL; only who reads that question otherwise asks further.
    return context.request.settings.reading("unsupported_sql_under_comparison_controls") is Reading.PERMISSIVE


def _judged(
    context: QueryContext, comparison: Comparison, value: Value, origin: Origin, controls: ComparisonControls
) -> Iterator[Finding]:
    name = f"'{origin.table.name}.{origin.column}'"
    if origin.column in controls.allowed_column_comparison_columns:
        if value.computed and comparison.kind is Kind.PREDICATE:
            message = f"an expression over {name} is compared; the comparison controls list the bare column"
            yield from _open(context, "function_of_listed_column", message, comparison, origin)
    elif comparison.kind in GROUPING and origin.column in controls.allowed_literal_comparison_columns:
        message = f"{comparison.kind} on {name}, which may be compared with literals but not with columns"
        yield from _open(context, "grouping_as_comparison", message, comparison, origin)
    elif value.summed and comparison.kind is Kind.PREDICATE:
        message = f"a sum or count of {name}, which may not be compared with columns, is compared with one"
        yield from _open(context, "having_as_literal_comparison", message, comparison, origin)
    else:
        yield from _refused(context, comparison, origin, controls)


def _refused(
    context: QueryContext, comparison: Comparison, origin: Origin, controls: ComparisonControls
) -> Iterator[Finding]:
    listed = ", ".join(f"'{column}'" for column in controls.allowed_column_comparison_columns) or "none"
    through = f" through {', '.join(origin.path)}" if origin.path else ""
    message = (
        f"'{origin.table.name}.{origin.column}' is compared with columns by {comparison.kind}{through} "
        f"(columns that may be: {listed})"
    )
    yield from context.deny(column_comparison_not_allowed, message, _PAGE, at=comparison.node, table=origin.table)


def _open(
    context: QueryContext, setting: str, message: str, comparison: Comparison, origin: Origin
) -> Iterator[Finding]:
    yield from context.open(
        column_comparison_not_allowed, setting, message, _PAGE, at=comparison.node, table=origin.table
    )
