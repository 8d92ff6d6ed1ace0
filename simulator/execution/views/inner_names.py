"""Names of the columns of queries inside a query, so that a name means in the engine what it means in BigQuery.

The engine would invent names: `upper(x)` for an expression without one, `a_1` for the second `a`. A query could give
another column that very name, and be read by the wrong one: the privacy unit by a column that stands beside it.
"""

from __future__ import annotations

from itertools import count

from sqlglot import exp

from simulator.execution.errors import NotEnforceableError
from simulator.execution.working_copy import WorkingCopy
from simulator.sql.resolved import Query, Select


def name_inner_columns(copy: WorkingCopy) -> None:
    """Give each column of an inner query that has no name, or not one of its own, a name that nothing else has.

    No query can name such a column, so that nothing that refers to one has to follow.

    Raises:
        NotEnforceableError: A `*` shows a column whose name repeats.
    """
    script = copy.script
    for select in script.selects:
        if id(select.node) in copy.copies:
            _refuse_repeated(select)
    for query in script.queries:
        if query is not script.final and id(query.node) in copy.copies:
            _name_columns(copy, query)


def _refuse_repeated(select: Select) -> None:
    for item in select.projections:
        use = item.use
        if item.node.is_star and use is not None and use.source is not None:
            names = [name for name, _ in use.source.output_columns()]
            if names.count(use.name) > 1:
                raise NotEnforceableError(
                    f"`*` shows two columns called '{use.name}', which can be judged, but not run; give each a name "
                    "of its own"
                )


def _name_columns(copy: WorkingCopy, query: Query) -> None:
    """The first operand of a set operation names the columns."""
    select = query.selects[0]
    names = [item.name for item in select.projections]
    free = (name for name in (f"column {number}" for number in count()) if name not in names)
    node = copy.select(select)
    # In place: what is known of a node inside an item, such as its privacy clause, is known by the node itself.
    items = [
        item if name and names.count(name) == 1 else exp.alias_(item.unalias(), next(free), quoted=True, copy=False)
        for item, name in zip(node.expressions, names, strict=True)
    ]
    node.set("expressions", items)
