"""The ON of a join taken apart: its match conditions, how they are combined, and which tables they connect."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from simulator.sql.constructs import bare
from simulator.sql.resolved import ColumnUse, Join, Script, Select, Source

Edge = frozenset[int]
"""Two FROM entries, by `id`, that an equality of their columns connects."""


@dataclass(frozen=True, slots=True)
class MatchCondition:
    """One condition of an ON clause.

    Attributes:
        node: The condition.
        left: The column on the left of `=`; None when the condition is no equality or has no column there.
        right: The column on the right of `=`, or None.
        crosses: True when one column is of the joined table and the other of a table before it.
    """

    node: exp.Expression
    left: ColumnUse | None = None
    right: ColumnUse | None = None
    crosses: bool = False

    @property
    def is_equality(self) -> bool:
        """Whether both sides of an `=` are columns."""
        return self.left is not None and self.right is not None


def match_conditions(script: Script, select: Select, join: Join) -> Iterator[MatchCondition]:
    """Yield the conditions that AND and OR combine in the ON of *join*, left to right."""
    if join.condition is not None and not isinstance(join.condition, exp.Boolean):
        yield from (_condition(script, select, join, leaf) for leaf in _leaves(join.condition))


def combinators(join: Join) -> Iterator[exp.And | exp.Or]:
    """Yield every AND and OR in the ON of *join*, outermost first."""
    pending = [join.condition] if join.condition is not None else []
    while pending:
        node = bare(pending.pop())
        if isinstance(node, (exp.And, exp.Or)):
            yield node
            pending += [node.expression, node.this]


def edges(script: Script, select: Select, join: Join) -> frozenset[Edge]:
    """Return the pairs of FROM entries that *join* surely connects: for AND any of its parts, for OR all of them."""
    if join.kind != "INNER" or join.natural or join.condition is None:
        return frozenset()
    return _edges(script, select, join, join.condition)


def _edges(script: Script, select: Select, join: Join, node: exp.Expression) -> frozenset[Edge]:
    node = bare(node)
    if isinstance(node, (exp.And, exp.Or)):
        left = _edges(script, select, join, node.this)
        right = _edges(script, select, join, node.expression)
        return left | right if isinstance(node, exp.And) else left & right
    condition = _condition(script, select, join, node)
    if condition.left is None or condition.right is None or not condition.crosses:
        return frozenset()
    return frozenset({frozenset({id(condition.left.source), id(condition.right.source)})})


def _leaves(node: exp.Expression) -> Iterator[exp.Expression]:
    pending = [node]
    while pending:
        part = bare(pending.pop())
        if isinstance(part, (exp.And, exp.Or)):
            pending += [part.expression, part.this]
        else:
            yield part


def _condition(script: Script, select: Select, join: Join, node: exp.Expression) -> MatchCondition:
    if not isinstance(node, exp.EQ):
        return MatchCondition(node)
    left, right = (_column(script, side) for side in (node.this, node.expression))
    if left is None or right is None:
        return MatchCondition(node)
    earlier = _before(select, join)
    sources = (left.source, right.source)
    crosses = any(
        here is join.source and there is not None and id(there) in earlier for here, there in (sources, sources[::-1])
    )
    return MatchCondition(node, left, right, crosses)


def _column(script: Script, node: exp.Expression) -> ColumnUse | None:
    node = bare(node)
    return script.use(node) if isinstance(node, exp.Column) else None


def _before(select: Select, join: Join) -> frozenset[int]:
    found: list[Source] = []
    for source in select.sources.values():
        if source is join.source:
            break
        found.append(source)
    return frozenset(id(source) for source in found)
