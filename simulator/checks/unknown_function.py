"""A function that the engine does not have."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlglot import exp

from declarations.naming import did_you_mean
from simulator.checks.context import SQL_REFERENCE, QueryContext
from simulator.pages import GOOGLE_SQL
from simulator.sql.dialects import BIGQUERY, SPARK
from simulator.sql.googlesql_functions import GOOGLESQL_FUNCTIONS
from simulator.sql.spark_functions import SPARK_FUNCTIONS
from simulator.sql.spelling import function_names, is_function
from simulator.sql.tracing import parts
from simulator.verdict import Basis, Finding

_ENGINES = {
    SPARK: ("Spark SQL", SPARK_FUNCTIONS, f"{SQL_REFERENCE}/sql-functions-topic-spark.html"),
    BIGQUERY: ("GoogleSQL", GOOGLESQL_FUNCTIONS, f"{GOOGLE_SQL}/functions-all"),
}
_NOT_CALLED = (exp.Unnest, exp.SafeFunc, exp.WeekStart)
"""What the parser takes for functions, and GoogleSQL does not."""


def unknown_function(context: QueryContext) -> Iterator[Finding]:
    """A call of a function that neither the engine nor the service's reference has.

    Calls are judged as they are written: `SAFE_DIVIDE(spend, clicks)` is a function of GoogleSQL, not of Spark SQL. A
    name with a dot may be a function of one's own. Of the old engine of AWS, on which nothing can be run any more, no
    list is kept.

    Why: The engine refuses the query; a name of which nothing is known could stand for an aggregate, or for anything.
    Avoid: `SELECT SAFE_DIVIDE(spend, clicks) AS c FROM imps`
    Prefer: `SELECT TRY_DIVIDE(spend, clicks) AS c FROM imps`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/sql-reference/sql-functions-topic-spark.html
    """
    engine = _ENGINES.get(context.script.dialect)
    if engine is None:
        return
    own, functions, page = engine
    for statement in context.script.statements:
        for node in parts(statement, exp.Func):
            name = _written_name(context, node, functions)
            if name is not None and name not in functions:
                message = f"{own} has no function {name}{did_you_mean(name, functions)}"
                yield from context.deny(unknown_function, message, page, at=node, basis=Basis.DERIVED)


def _written_name(context: QueryContext, node: exp.Expression, functions: Collection[str]) -> str | None:
    """Return the name that the text gives a call, a known one if it may be several; None where it gives none."""
    if not is_function(node) or isinstance(node, _NOT_CALLED) or node.find_ancestor(exp.Hint) is not None:
        return None
    names = [name for name in function_names(context.script, node) if name == name.upper()]
    return next((name for name in names if name in functions), names[0] if names else None)
