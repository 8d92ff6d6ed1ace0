"""SQL of another engine that the parser reads as well."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from sqlglot import exp

from simulator.checks.context import SQL_REFERENCE, QueryContext
from simulator.pages import GOOGLE_SQL
from simulator.sql.dialects import BIGQUERY, SPARK
from simulator.sql.foreign_calls import foreign_calls
from simulator.sql.foreign_nodes import foreign_nodes, foreign_widths
from simulator.sql.foreign_words import foreign_words
from simulator.sql.googlesql_nodes import googlesql_nodes
from simulator.sql.googlesql_words import googlesql_words
from simulator.sql.resolved import Script
from simulator.verdict import Basis, Finding, Span

_ENGINES = {
    SPARK: ("Spark SQL", f"{SQL_REFERENCE}/sql-commands-select-spark.html"),
    BIGQUERY: ("GoogleSQL", f"{GOOGLE_SQL}/query-syntax"),
}


def foreign_spelling(context: QueryContext) -> Iterator[Finding]:
    """A spelling that other engines have, and the engine of the query has not.

    Among them: `x ISNULL`, SIMILAR TO, `x = ANY (...)`, clauses in another order, a comma too many, a type of another
    engine in CAST, a call with too many or too few arguments, `SUBSTRING(x FOR 2)`, ROW_NUMBER() without OVER, a query
    of two columns as one value; in Spark SQL `ARRAY[1, 2]`, in GoogleSQL `x::STRING`, ILIKE and brackets around a
    table. Of the old engine of AWS, on which nothing can be run any more, no list is kept.

    Why: The engine refuses the query; what another engine would make of it says nothing about this one.
    Avoid: `SELECT camp, COUNT(clicks) AS n, FROM imps WHERE zip ISNULL GROUP BY camp`
    Prefer: `SELECT camp, COUNT(clicks) AS n FROM imps WHERE zip IS NULL GROUP BY camp`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/sql-reference/sql-commands-select-spark.html
    """
    engine = _ENGINES.get(context.script.dialect)
    if engine is None:
        return
    name, page = engine
    for what, at in _foreign(context.script):
        yield from context.deny(foreign_spelling, f"{name} does not have {what}", page, at=at, basis=Basis.DERIVED)


def _foreign(script: Script) -> Iterator[tuple[str, exp.Expression | Span]]:
    own = (googlesql_nodes, googlesql_words) if script.dialect == BIGQUERY else (foreign_nodes, foreign_words)
    return chain.from_iterable(find(script) for find in (*own, foreign_widths, foreign_calls))
