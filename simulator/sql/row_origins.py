"""Of which rows a value is: what tells a condition that compares two relations from one on the rows of a single one.

A row is told by the FROM entries that lead to it, from the SELECT that reads the value inwards. In

    SELECT z.spend FROM (SELECT n.spend, c.region FROM ds.visits n JOIN ds.cities c USING (city)) z

`z.spend` is of the row z -> n, and a condition on `z.region` beside it compares n with c. A count in z is of the row z;
that is one with z -> n, as it is made of it. An UNNEST hands on the rows of its array. Of a set operation, a row is of
one operand, so that those of two operands never meet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import combinations, islice

from sqlglot import exp

from simulator.sql.resolved import ColumnUse, Projection, Script, Source
from simulator.sql.tracing import definitions

Row = tuple[tuple[int, int], ...]
"""The FROM entries that lead to a row, outermost first: each by `id`, with the operand of its set operation."""
Rows = tuple[Row, ...]
"""The rows that one value is computed from."""

_MOST = 64
"""Rows told apart for one value: each CTE that joins the one before it with itself doubles them."""


def is_compared(rows: Rows, is_wanted: Callable[[Row], bool]) -> bool:
    """Tell whether values of *rows* compare a wanted row with another one; of very many rows, it is taken so."""
    pairs = combinations(rows, 2)
    return len(rows) > _MOST or any(_meet(*pair) for pair in pairs if any(map(is_wanted, pair)))


def _meet(one: Row, other: Row) -> bool:
    """Tell whether a value of one row and a value of the other stand beside each other, and are of two rows."""
    differing = next(((a, b) for a, b in zip(one, other, strict=False) if a != b), None)
    return differing is not None and differing[0][0] != differing[1][0]


class RowOrigins:
    """The rows behind the values of one script; remembers what it has found."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._known: dict[tuple[int, str], Rows] = {}

    def of_expression(self, node: exp.Expression) -> Rows:
        """Return the rows that the columns in *node* are of; subqueries in it count."""
        uses = (self._script.use(column) for column in node.find_all(exp.Column))
        return _distinct(row for use in uses if use is not None for row in self.of_use(use))

    def of_use(self, use: ColumnUse) -> Rows:
        """Return the rows that one column, as written somewhere, is of."""
        if use.projection is not None:
            return self._of_item(use.projection)
        return self.of_column(use.source, use.name) if use.source is not None else ()

    def of_column(self, source: Source, name: str) -> Rows:
        """Return the rows that column *name* of a FROM entry is of; what a privacy clause releases is of its own."""
        key = (id(source), name)
        if key not in self._known:
            self._known[key] = ()  # a query cannot read itself
            self._known[key] = _distinct(self._behind(source, name))
        return self._known[key]

    def _behind(self, source: Source, name: str) -> Iterator[Row]:
        own: Row = ((id(source), 0),)
        if source.table is not None or self._is_released(source):
            yield own
        elif source.query is not None:
            for operand, item in enumerate(definitions(source, name)):
                entry: Row = ((id(source), operand),)
                yield from (entry + row for row in self._of_item(item))
                if item.node.find(exp.AggFunc, exp.Window) is not None:
                    yield entry
        else:
            yield from self.of_expression(source.node) or (own,)

    def _of_item(self, item: Projection) -> Rows:
        return self.of_use(item.use) if item.use is not None else self.of_expression(item.node)

    def _is_released(self, source: Source) -> bool:
        selects = source.query.selects if source.query is not None else ()
        return any(self._script.clause(select) is not None for select in selects)


def _distinct(rows: Iterable[Row]) -> Rows:
    return tuple(islice(dict.fromkeys(rows), _MOST + 1))
