"""Literals that reach a column through another one: `t.id = u.id` and `u.id = 'x'` say that t.id is 'x'."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from sqlglot import exp

from simulator.sql.comparisons import Comparison, Kind, comparisons
from simulator.sql.resolved import Origin, Script

_EQUATE = (exp.EQ, exp.NullSafeEQ, exp.In)


@dataclass(frozen=True, slots=True)
class IndirectComparison:
    """A column that is set equal to one that is compared with a literal.

    Attributes:
        column: The column that learns of the literal.
        through: The column that is compared with it.
        comparison: Where that is.
    """

    column: Origin
    through: Origin
    comparison: Comparison


def indirect_comparisons(script: Script) -> Iterator[IndirectComparison]:
    """Yield every column that a literal reaches through columns that are set equal, each pair once.

    Conditions are taken as if all of them held: what one branch of OR tells, the query can tell.
    """
    found = comparisons(script)
    groups = _groups(found)
    seen: set[tuple[Origin, Origin]] = set()
    for comparison in found:
        if comparison.kind is Kind.NULL_TEST:
            continue
        through = chain.from_iterable(value.origins for value in comparison.literals if not value.summed)
        for origin in sorted(set(through), key=_name):
            for other in sorted(groups.get(origin, set()) - {origin}, key=_name):
                if (other, origin) not in seen:
                    seen.add((other, origin))
                    yield IndirectComparison(other, origin, comparison)


def _groups(found: Iterable[Comparison]) -> dict[Origin, set[Origin]]:
    """Return each column that some condition sets equal to another, with all that are equal to it in the end."""
    groups: dict[Origin, set[Origin]] = {}
    for comparison in found:
        if comparison.kind is Kind.JOIN or isinstance(comparison.node, _EQUATE):
            together = set(chain.from_iterable(value.origins for value in comparison.columns))
            for origin in list(together):
                together |= groups.get(origin, set())
            groups.update(dict.fromkeys(together, together))
    return groups


def _name(origin: Origin) -> tuple[str, str]:
    return origin.table.name, origin.column
