"""Names for the columns of nested queries, so that every name means in the engine what it means in BigQuery.

The engine would invent names: `upper(x)` for an expression without one, `a_1` for the second `a`. A query could give
another column that name, and the engine would then read the wrong one, for example as the privacy unit.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from sqlglot import exp

from simulator.execution.errors import NotEnforceableError
from simulator.execution.working_copy import WorkingCopy
from simulator.sql.resolved import Query, Select


def name_inner_columns(copy: WorkingCopy) -> None:
    """Give each column of a nested query whose name is missing or not unique a unique name.

    A query can refer to such a column only by `*`, which is adapted.

    Raises:
        NotEnforceableError: A `*` includes two columns of one name.
    """
    script = copy.script
    for select in script.selects:
        if id(select.node) in copy.copies:
            _refuse_repeated(select)
            _follow(copy, select)
    for query in script.queries:
        if query is not script.final and id(query.node) in copy.copies:
            _name_columns(copy, query)


def _refuse_repeated(select: Select) -> None:
    for item in select.projections:
        use = item.use
        if item.node.is_star and item.name and use is not None and use.source is not None:
            names = [name for name, _ in use.source.output_columns()]
            if names.count(use.name) > 1:
                raise NotEnforceableError(
                    f"`*` shows two columns called '{use.name}', which can be judged, but not run; give each a name "
                    "of its own"
                )


def _follow(copy: WorkingCopy, select: Select) -> None:
    """Make every `*` read columns without a name by the names that they are given."""
    unread: dict[tuple[int, int], Iterator[str]] = {}
    for item, projection in zip(copy.select(select).expressions, select.projections, strict=True):
        source = projection.use.source if projection.use is not None else None
        if projection.name or source is None or source.query is None or not projection.node.is_star:
            continue
        made = (given for name, given in _names(source.query.selects[0]) if not name)
        names = unread.setdefault((id(projection.node), id(source)), made)
        item.unalias().set("this", exp.to_identifier(next(names), quoted=True))


def _name_columns(copy: WorkingCopy, query: Query) -> None:
    """The first operand of a set operation names the columns."""
    select = query.selects[0]
    node = copy.select(select)
    # In place: what is known of a node inside an item, such as its privacy clause, is known by the node itself.
    items = [
        exp.alias_(item.unalias(), name, quoted=True, copy=False) if name else item
        for item, (_, name) in zip(node.expressions, _names(select), strict=True)
    ]
    node.set("expressions", items)


def _names(select: Select) -> list[tuple[str, str]]:
    """Return the name of each select item, and its new name; "" when it keeps its own."""
    names = [item.name for item in select.projections]
    free = (name for name in (f"column {number}" for number in count()) if name not in names)
    return [(name, "" if name and names.count(name) == 1 else next(free)) for name in names]
