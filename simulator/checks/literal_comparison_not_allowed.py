"""A column that is compared with a literal although the comparison controls do not list it for that."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.checks.controls import comparison_table
from simulator.sql.comparisons import Comparison, Kind, comparisons
from simulator.sql.equal_columns import indirect_comparisons
from simulator.sql.resolved import Origin
from simulator.sql.values import Value
from simulator.table_rules import comparison_controls
from simulator.verdict import Finding

_PAGE = f"{USER_GUIDE}/custom-comparison-controls.html"


def literal_comparison_not_allowed(context: QueryContext) -> Iterator[Finding]:
    """A column outside `allowedLiteralComparisonColumns` against a literal, an IN list, a pattern or a parameter.

    Comparisons are found inside expressions, and literals wherever they hide: in CASE, COALESCE, arrays, constants of a
    CTE, functions that look into what they are given. Open: IS NULL, HAVING on a sum or count, rows of VALUES, a
    literal that reaches the column through one that it is joined with, and a function of a listed column.

    Why: A comparison with a value that the asker knows tells who has it: `zip = '10001'`, also inside an aggregate
        function.
    Avoid: `SELECT SUM(CASE WHEN zip = '10001' THEN spend END) AS s FROM imps` (zip is not listed)
    Prefer: `SELECT SUM(spend) AS s FROM imps WHERE camp = 'c1'` (camp is listed)
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/custom-comparison-controls.html
    """
    if comparison_table(context) is None:
        return
    for comparison in comparisons(context.script):
        for value in comparison.literals:
            for origin in sorted(value.origins, key=lambda found: found.column):
                yield from _judged(context, comparison, value, origin)
        for value in comparison.inline:
            for origin in sorted(value.origins, key=lambda found: found.column):
                yield from _with_inline_data(context, comparison, origin)
    yield from _through_equal_columns(context)


def _through_equal_columns(context: QueryContext) -> Iterator[Finding]:
    for indirect in indirect_comparisons(context.script):
        origin, through = indirect.column, indirect.through
        controls = comparison_controls(origin.table)
        if controls is not None and origin.column not in controls.allowed_literal_comparison_columns:
            told = f"'{through.table.name}.{through.column}', which is compared with a literal"
            message = f"'{origin.table.name}.{origin.column}' is set equal to {told}"
            yield from _open(context, "join_to_inline_values", message, indirect.comparison, origin)


def _judged(context: QueryContext, comparison: Comparison, value: Value, origin: Origin) -> Iterator[Finding]:
    controls = comparison_controls(origin.table)
    if controls is None:
        return
    name = f"'{origin.table.name}.{origin.column}'"
    listed = origin.column in controls.allowed_literal_comparison_columns
    if comparison.kind is Kind.NULL_TEST:
        if not listed and origin.column not in controls.allowed_column_comparison_columns:
            message = f"{name} is on no list of the comparison controls and is tested for NULL"
            yield from _open(context, "null_test_as_comparison", message, comparison, origin)
    elif not listed and value.summed:
        message = f"a sum or count of {name}, which may not be compared with literals, is compared with one"
        yield from _open(context, "having_as_literal_comparison", message, comparison, origin)
    elif not listed:
        yield from _refused(context, comparison, origin, controls.allowed_literal_comparison_columns)
    elif value.computed and comparison.kind is Kind.PREDICATE:
        message = f"an expression over {name} is compared with a literal; the comparison controls list the bare column"
        yield from _open(context, "function_of_listed_column", message, comparison, origin)


def _refused(
    context: QueryContext, comparison: Comparison, origin: Origin, allowed: tuple[str, ...]
) -> Iterator[Finding]:
    listed = ", ".join(f"'{column}'" for column in allowed) or "none"
    through = f" through {', '.join(origin.path)}" if origin.path else ""
    message = (
        f"'{origin.table.name}.{origin.column}' is compared with a literal by {comparison.kind}{through} "
        f"(columns that may be: {listed})"
    )
    yield from context.deny(literal_comparison_not_allowed, message, _PAGE, at=comparison.node, table=origin.table)


def _with_inline_data(context: QueryContext, comparison: Comparison, origin: Origin) -> Iterator[Finding]:
    controls = comparison_controls(origin.table)
    if controls is None:
        return
    lists = (controls.allowed_literal_comparison_columns, controls.allowed_column_comparison_columns)
    if not any(origin.column in listed for listed in lists):
        yield from _refused(context, comparison, origin, controls.allowed_literal_comparison_columns)
    elif not all(origin.column in listed for listed in lists):
        message = f"'{origin.table.name}.{origin.column}' is compared with rows of VALUES, which are literals"
        yield from _open(context, "join_to_inline_values", message, comparison, origin)


def _open(
    context: QueryContext, setting: str, message: str, comparison: Comparison, origin: Origin
) -> Iterator[Finding]:
    yield from context.open(
        literal_comparison_not_allowed, setting, message, _PAGE, at=comparison.node, table=origin.table
    )
