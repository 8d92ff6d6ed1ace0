"""A function that the engine does not have."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from declarations.naming import did_you_mean
from simulator.checks.context import SQL_REFERENCE, QueryContext
from simulator.sql.dialects import SPARK
from simulator.sql.spark_functions import SPARK_FUNCTIONS
from simulator.sql.spelling import function_names, is_function
from simulator.sql.tracing import parts
from simulator.verdict import Basis, Finding

_PAGE = f"{SQL_REFERENCE}/sql-functions-topic-spark.html"


def unknown_function(context: QueryContext) -> Iterator[Finding]:
    """A call of a function that neither Spark SQL nor the service's reference has.

    Calls are judged as they are written: `SAFE_DIVIDE(spend, clicks)` is a function elsewhere, not here. Of the old
    engine, on which nothing can be run any more, no list is kept.

    Why: The engine refuses the query; a name of which nothing is known could stand for an aggregate, or for anything.
    Avoid: `SELECT SAFE_DIVIDE(spend, clicks) AS c FROM imps`
    Prefer: `SELECT TRY_DIVIDE(spend, clicks) AS c FROM imps`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/sql-reference/sql-functions-topic-spark.html
    """
    if context.script.dialect != SPARK:
        return
    for statement in context.script.statements:
        for node in parts(statement, exp.Func):
            name = _written_name(context, node)
            if name is not None and name not in SPARK_FUNCTIONS:
                message = f"Spark SQL has no function {name}{did_you_mean(name, SPARK_FUNCTIONS)}"
                yield from context.deny(unknown_function, message, _PAGE, at=node, basis=Basis.DERIVED)


def _written_name(context: QueryContext, node: exp.Expression) -> str | None:
    """Return the name that the text gives a call, a known one if it may be several; None where it gives none."""
    if not is_function(node) or node.find_ancestor(exp.Hint) is not None:
        return None
    names = [name for name in function_names(context.script, node) if name == name.upper()]
    return next((name for name in names if name in SPARK_FUNCTIONS), names[0] if names else None)
