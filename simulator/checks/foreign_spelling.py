"""SQL of another engine that the parser reads as well."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from sqlglot import exp

from simulator.checks.context import SQL_REFERENCE, QueryContext
from simulator.sql.dialects import SPARK
from simulator.sql.foreign_nodes import foreign_nodes, foreign_widths
from simulator.sql.foreign_words import foreign_words
from simulator.verdict import Basis, Finding, Span

_PAGE = f"{SQL_REFERENCE}/sql-commands-select-spark.html"


def foreign_spelling(context: QueryContext) -> Iterator[Finding]:
    """A spelling that other engines have, and Spark SQL has not.

    Among them: a comma after the last item, `x ISNULL`, SIMILAR TO, `x = ANY (...)`, `tags[0:1]`, `ARRAY[1, 2]`,
    `* EXCLUDE (...)`, GROUP BY DISTINCT, ROW_NUMBER() without OVER, a query of two columns as one value, and clauses in
    another order. Of the old engine, on which nothing can be run any more, no list is kept.

    Why: The engine refuses the query; what another engine would make of it says nothing about this one.
    Avoid: `SELECT camp, COUNT(clicks) AS n, FROM imps WHERE zip ISNULL GROUP BY camp`
    Prefer: `SELECT camp, COUNT(clicks) AS n FROM imps WHERE zip IS NULL GROUP BY camp`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/sql-reference/sql-commands-select-spark.html
    """
    if context.script.dialect != SPARK:
        return
    script = context.script
    places: Iterator[tuple[str, exp.Expression | Span]] = chain(
        foreign_nodes(script), foreign_widths(script), foreign_words(script)
    )
    for what, at in places:
        message = f"Spark SQL does not have {what}"
        yield from context.deny(foreign_spelling, message, _PAGE, at=at, basis=Basis.DERIVED)
