"""An identity column that is compared with a literal."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.checks.controls import threshold_table
from simulator.sql.comparisons import Comparison, Kind, comparisons
from simulator.sql.equal_columns import indirect_comparisons
from simulator.sql.resolved import Origin
from simulator.sql.tracing import described
from simulator.sql.values import Value
from simulator.table_rules import identity_column
from simulator.verdict import Finding

_PAGE = f"{USER_GUIDE}/custom-comparison-controls.html"


def identity_compared_with_literal(context: QueryContext) -> Iterator[Finding]:
    """The identity column of a threshold against a literal, with or without comparison controls.

    Literals are followed wherever they hide: IN lists, LIKE patterns, CASE, parameters, constants of a CTE, functions.
    Open: rows of VALUES, and a literal that reaches the identity through a column that it is joined with.

    Why: A threshold is there to prevent queries about one known person, and a literal is how one would be named.
    Avoid: `SELECT COUNT(camp) AS n FROM imps WHERE user_key = 'U-88231'`
    Prefer: `SELECT COUNT(DISTINCT i.user_key) AS n FROM imps i JOIN users u ON i.user_key = u.user_key`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/custom-comparison-controls.html
    """
    if threshold_table(context) is None:
        return
    for comparison in comparisons(context.script):
        for value in comparison.literals:
            for origin in value.origins:
                if origin.column == identity_column(origin.table):
                    yield from _with_literal(context, comparison, value, origin)
        for value in comparison.inline:
            for origin in value.origins:
                if origin.column == identity_column(origin.table):
                    message = f"{_subject(origin)} is compared with rows of VALUES by {comparison.kind}"
                    yield from _open(context, "join_to_inline_values", message, comparison, origin)
    yield from _through_equal_columns(context)


def _through_equal_columns(context: QueryContext) -> Iterator[Finding]:
    for indirect in indirect_comparisons(context.script):
        origin, through = indirect.column, indirect.through
        if origin.column == identity_column(origin.table):
            told = f"'{through.table.name}.{through.column}', which is compared with a literal"
            message = f"{_subject(origin)} is set equal to {told}"
            yield from _open(context, "join_to_inline_values", message, indirect.comparison, origin)


def _with_literal(context: QueryContext, comparison: Comparison, value: Value, origin: Origin) -> Iterator[Finding]:
    if comparison.kind is Kind.NULL_TEST:
        message = f"{_subject(origin)} is tested for NULL; whether that compares with a literal is not documented"
        yield from _open(context, "null_test_as_comparison", message, comparison, origin)
    elif value.summed:
        message = f"{_subject(origin)} is counted, and the count compared with a literal"
        yield from _open(context, "having_as_literal_comparison", message, comparison, origin)
    else:
        message = f"{_subject(origin)} is compared with a literal by {comparison.kind}; it may only meet other columns"
        yield from context.deny(identity_compared_with_literal, message, _PAGE, at=comparison.node, table=origin.table)


def _subject(origin: Origin) -> str:
    return (
        described(origin, "the identity that")
        if origin.path
        else f"identity column '{origin.table.name}.{origin.column}'"
    )


def _open(
    context: QueryContext, setting: str, message: str, comparison: Comparison, origin: Origin
) -> Iterator[Finding]:
    yield from context.open(
        identity_compared_with_literal, setting, message, _PAGE, at=comparison.node, table=origin.table
    )
