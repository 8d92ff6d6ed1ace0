"""How many identities must stand behind a result row of a table with an aggregation threshold.

The check that tells what is not documented and the run that drops rows ask here, so that neither reads more into an
`outputColumnThresholds` override than the other. An override names an output column, and three things are open: whether
the name is that of the source column or the alias; whether it also means values computed from the column; and which of
several minimums a row has to meet. Every minimum that could be meant is a reading, and the strictest is enforced.

* A column shown as it is has the minimum of its source and that of its alias.
* A computed value, an aggregate above all, has the table's minimum beside those of what it is computed from: a sum of
  exempt values is no exempt column.
* A count has no minimum of its own beside a column with an override: such rows are what overrides are for. Beside an
  exempt column that is open, since nothing is left to decide about the row.
* Any other aggregate without override has the table's minimum, whatever stands beside it.

Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/custom-min-agg-thresholds.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp

from declarations.custom_rule import AggregationThreshold
from simulator.request import Table
from simulator.sql.resolved import Projection, Select
from simulator.sql.tracing import unchanged

EXEMPT = 0
"""The minimum of a column or a row that needs no identities."""

_COUNTS: frozenset[type[exp.Expr]] = frozenset({exp.Count, exp.ApproxDistinct})


@dataclass(frozen=True, slots=True)
class RowMinimum:
    """How many identities of one table must stand behind a result row.

    Attributes:
        readings: Every number that the documentation could mean, ascending; more than one is an open question.
        floor: What values without any override need; 0 when there are none.
    """

    readings: tuple[int, ...]
    floor: int = EXEMPT

    @property
    def strictest(self) -> int:
        """The number that is enforced; 0 when the row is exempt."""
        return max(*self.readings, self.floor)


def row_minimum(select: Select, table: Table, limits: AggregationThreshold) -> RowMinimum:
    """Return how many identities of *table* must stand behind each row of *select*.

    Args:
        select: A SELECT of the final query.
        table: A table that its rows come from.
        limits: The threshold of *table*.
    """
    usual = limits.minimum_identity_count
    overrides = {each.output_column_name: each.minimum_identity_count for each in limits.output_column_thresholds or ()}
    readings: set[int] = set()
    counted, floor = False, EXEMPT
    for item in select.projections:
        if not _is_aggregate(item) or _may_be_meant(item, table, overrides):
            readings |= _minimums(item, table, overrides, usual)
        elif type(item.node) in _COUNTS:
            counted = True
        else:
            floor = usual
    if not readings or (counted and EXEMPT in readings):
        readings.add(usual)
    return RowMinimum(tuple(sorted(readings)), floor)


def is_exempt(select: Select) -> bool:
    """Tell whether *select* is a whole query of counts over a single table without grouping or join.

    COUNT, COUNT(DISTINCT) and APPROX_COUNT_DISTINCT are not limited there.
    """
    sources = list(select.sources.values())
    alone = len(select.query.selects) == len(sources) == 1 and sources[0].table is not None and not select.joins
    plain = not any(select.node.args.get(clause) for clause in ("group", "distinct", "having"))
    return alone and plain and all(type(item.node) in _COUNTS for item in select.projections)


def _minimums(item: Projection, table: Table, overrides: Mapping[str, int], usual: int) -> set[int]:
    shown = unchanged(item.use)
    by_source = {overrides.get(each.column, usual) if each.table is table else usual for each in shown or item.origins}
    computed = set() if shown else {usual}
    return by_source | computed | {overrides.get(item.name, usual)}


def _may_be_meant(item: Projection, table: Table, overrides: Mapping[str, int]) -> bool:
    sources = (each.column for each in item.origins if each.table is table)
    return not overrides.keys().isdisjoint((item.name, *sources))


def _is_aggregate(item: Projection) -> bool:
    return item.use is None and item.node.find(exp.AggFunc, exp.Window) is not None
