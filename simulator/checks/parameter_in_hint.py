"""A template parameter inside a hint."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import SQL_REFERENCE, QueryContext
from simulator.verdict import Finding

_PAGE = f"{SQL_REFERENCE}/sql-commands-hints-spark.html"
_NAMES = re.compile(r":(\w+)")


def parameter_in_hint(context: QueryContext) -> Iterator[Finding]:
    """A parameter inside a hint.

    Why: A parameter stands for a literal of an expression, and the service's page on hints says that they take no named
        parameters.
    Avoid: `SELECT /*+ REPARTITION(:parts) */ camp FROM imps` in an analysis template
    Prefer: `SELECT /*+ REPARTITION(8) */ camp FROM imps` in the template
    Source: https://docs.aws.amazon.com/clean-rooms/latest/sql-reference/sql-commands-hints-spark.html
    """
    for statement in context.script.statements:
        for hint in statement.find_all(exp.Hint):
            unread = " ".join(part for part in hint.expressions if isinstance(part, str))  # the parser gave up on it
            names = [parameter.name for parameter in hint.find_all(exp.Placeholder, exp.Parameter)]
            for name in (*names, *_NAMES.findall(unread)):
                message = f"parameter ':{name}' appears in a hint; hints take no parameters"
                yield from context.deny(parameter_in_hint, message, _PAGE, at=hint)
