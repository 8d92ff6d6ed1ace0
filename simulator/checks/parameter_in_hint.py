"""A template parameter inside a hint."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import SQL_REFERENCE, QueryContext
from simulator.verdict import Finding

_PAGE = f"{SQL_REFERENCE}/sql-commands-hints-spark.html"


def parameter_in_hint(context: QueryContext) -> Iterator[Finding]:
    """A `:name` inside a hint: parameters stand for literals of expressions, and a hint takes none.

    Avoid: SELECT /*+ REPARTITION(:parts) */ ...   Prefer: SELECT /*+ REPARTITION(8) */ ...
    Source: https://docs.aws.amazon.com/clean-rooms/latest/sql-reference/sql-commands-hints-spark.html
    """
    for statement in context.script.statements:
        for hint in statement.find_all(exp.Hint):
            for parameter in hint.find_all(exp.Placeholder, exp.Parameter):
                message = f"parameter ':{parameter.name}' stands in a hint; hints take no parameters"
                yield from context.deny(parameter_in_hint, message, _PAGE, at=hint)
