"""Which tables' rows appear beside a column in a result row without being joined by that column.

    SELECT q.uid, r.city FROM visits r CROSS JOIN visits q

shows every city beside every uid, so `uid` does not identify whose city it is. Neither does the uid of the optional
side of an outer join, which is NULL in rows without a match:

    SELECT q.uid, r.city FROM visits r LEFT JOIN people q ON r.uid = q.uid
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.sql.conditions import conjuncts
from simulator.sql.constructs import bare
from simulator.sql.resolved import Join, Origins, Script, Select, Source
from simulator.sql.tracing import NO_ORIGINS, sides, unchanged, unchanged_column


def joined_otherwise(script: Script, select: Select, shown: Origins) -> tuple[str, ...]:
    """Return the tables behind *select* that are not joined by equality with a column of *shown*, even indirectly.

    Args:
        script: The query.
        select: One of its SELECTs.
        shown: The columns of tables that an item of *select* shows.
    """
    if not shown:
        return ()
    equal, pending = set(shown), list(shown)
    links = list(_links(script))
    while pending:
        one = pending.pop()
        for known, matched in links:
            found = matched if one in known else NO_ORIGINS
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


def _links(script: Script) -> Iterator[tuple[Origins, Origins]]:
    """Yield the pairs of base columns that `column = column` in ON, USING and WHERE links.

    Rows of the second column's table appear in the result only if their value equals that of the first.
    """
    for select in script.selects:
        for join in select.joins:
            yield from _of_using(select, join)
            yield from _of_condition(script, join.condition, _kept_whole(select, join))
        where = select.node.args.get("where")
        yield from _of_condition(script, where.this if where is not None else None, frozenset())


def _kept_whole(select: Select, join: Join) -> frozenset[int]:
    """Return the FROM entries, by `id`, whose rows an outer join keeps even without a match."""
    _, right = sides(select, join)
    others = [source for source in select.sources.values() if source not in right]
    return frozenset(map(id, {"LEFT": others, "RIGHT": right, "FULL": [*others, *right]}.get(join.kind, [])))


def _of_condition(
    script: Script, condition: exp.Expression | None, kept: frozenset[int]
) -> Iterator[tuple[Origins, Origins]]:
    for part in conjuncts(condition):
        if isinstance(part, exp.EQ):
            uses = [script.use(bare(side)) for side in (part.this, part.expression)]
            for known, matched in (uses, uses[::-1]):
                if matched is not None and id(matched.source) not in kept:
                    yield unchanged(known), unchanged(matched)


def _of_using(select: Select, join: Join) -> Iterator[tuple[Origins, Origins]]:
    kept = _kept_whole(select, join)
    for name in join.using:
        both = [[each for each in side if name in each.columns] for side in sides(select, join)]
        for known, matched in (both, both[::-1]):
            found = [each for each in matched if id(each) not in kept]
            yield _shown(known, name), _shown(found, name)


def _shown(sources: list[Source], name: str) -> Origins:
    return NO_ORIGINS.union(*(unchanged_column(each, name) for each in sources))
