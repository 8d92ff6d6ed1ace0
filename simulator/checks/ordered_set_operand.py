"""An operand of UNION, INTERSECT or EXCEPT with an order or a limit of its own."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import SQL_REFERENCE, QueryContext
from simulator.verdict import Finding

_CLAUSES = {"order": "ORDER BY", "limit": "LIMIT", "offset": "OFFSET"}


def ordered_set_operand(context: QueryContext) -> Iterator[Finding]:
    """ORDER BY, LIMIT, TOP or OFFSET in an operand of a set operator.

    Why: The service's SQL reference lets only the whole query carry them.
    Avoid: `(SELECT camp FROM imps ORDER BY camp LIMIT 3) UNION ALL SELECT tier FROM users`
    Prefer: `SELECT camp FROM imps UNION ALL SELECT tier FROM users ORDER BY 1 LIMIT 3`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/sql-reference/UNION.html
    """
    for query in context.script.queries:
        for operator in query.operators:
            for operand in (operator.this, operator.expression):
                for part in _with_inside(operand):
                    for name, clause in _CLAUSES.items():
                        if part.args.get(name) is not None:
                            message = (
                                f"{clause} appears in an operand of {operator.key.upper()}; only the whole may have it"
                            )
                            source = f"{SQL_REFERENCE}/UNION.html"
                            yield from context.deny(ordered_set_operand, message, source, at=part.args[name])


def _with_inside(operand: exp.Expression) -> Iterator[exp.Expression]:
    yield operand
    while isinstance(operand, exp.Subquery):
        operand = operand.this
        yield operand
