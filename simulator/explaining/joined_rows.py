"""Which tables' rows stand beside a column in a row of the result without being joined by it.

    SELECT q.uid, r.city FROM visits r CROSS JOIN visits q

shows every city beside every uid; `uid` does not tell whose city it is.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.mapping import conjuncts
from simulator.sql.constructs import bare
from simulator.sql.resolved import Join, Origin, Origins, Script, Select, Source
from simulator.sql.tracing import sides, unchanged, unchanged_column


def joined_otherwise(script: Script, select: Select, shown: Origins) -> tuple[str, ...]:
    """Return the tables behind *select* that no equality with a column of *shown* joins, directly or through others.

    Args:
        script: The query.
        select: One of its SELECTs.
        shown: The columns of tables that an item of *select* shows.
    """
    if not shown:
        return ()
    equal, pending = set(shown), list(shown)
    links = list(_equalities(script))
    while pending:
        one = pending.pop()
        for left, right in links:
            found = (right if one in left else frozenset()) | (left if one in right else frozenset())
            pending += found - equal
            equal |= found
    joined = {id(origin.source) for origin in equal}
    names = (source.table.name for source in _tables(select) if source.table and id(source) not in joined)
    return tuple(dict.fromkeys(names))


def _tables(select: Select) -> Iterator[Source]:
    for source in select.sources.values():
        if source.table is not None:
            yield source
        for inner in source.query.selects if source.query is not None else ():
            yield from _tables(inner)


def _equalities(script: Script) -> Iterator[tuple[Origins, Origins]]:
    """Yield both sides of every `column = column` in ON, USING and WHERE, as the tables' columns that they show."""
    for select in script.selects:
        for join in select.joins:
            yield from _of_using(select, join)
        where = select.node.args.get("where")
        for condition in (*(join.condition for join in select.joins), where.this if where is not None else None):
            for part in conjuncts(condition) if condition is not None else ():
                if isinstance(part, exp.EQ):
                    left, right = (unchanged(script.use(bare(side))) for side in (part.this, part.expression))
                    yield left, right


def _of_using(select: Select, join: Join) -> Iterator[tuple[Origins, Origins]]:
    for name in join.using:
        left, right = (
            frozenset[Origin]().union(*(unchanged_column(each, name) for each in side if name in each.columns))
            for side in sides(select, join)
        )
        yield left, right
