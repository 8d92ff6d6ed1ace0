# ruff: noqa: S608 - the SQL is made of internal names and of numbers
"""SQL of the contribution of each privacy unit to each group; all of it runs in the engine.

Rows are aggregated to one for each unit and group, of which a unit keeps at most k, chosen at random. NULL is one unit,
as in GROUP BY. Kept values are clamped on a grid of whole steps, so that sums are exact.

Source: GoogleSQL, analyzer/rewriters/anonymization_helper.cc; bigquery/docs/differential-privacy.
"""

from __future__ import annotations

from simulator.execution.engines.engine import RUN
from simulator.execution.views.noisy_query import NoisyAggregate, NoisyFunction, NoisyQuery
from simulator.execution.views.value_bounds import MOST_WHOLE
from simulator.privacy.quantile_tree import LEAVES, MOST_VALUES

ROWS = f"{RUN}.unit_rows"
"""Internal table of the rows: u (the unit), group keys, arguments."""
PARTIALS = f"{RUN}.unit_partials"
"""Internal table with a row for each unit and group: u, group keys, a0, a1, ... (partial aggregates)."""
KEPT = f"{RUN}.kept_partials"
"""Internal table of the kept rows of `PARTIALS`, with n, the number of the group."""
_LARGEST = "1e280"
"""Largest magnitude of a value in a sum or a tree, so that no number of rows adds up to infinity."""
BOUNDS = f"{RUN}.bounds"
"""Internal table of an aggregate's bounds: n (the group), low and high, and the width of a step."""


def partials_sql(query: NoisyQuery, whole: frozenset[str]) -> str:
    """Return SQL for `PARTIALS`.

    Args:
        query: The query.
        whole: Columns of `ROWS` that hold whole numbers.
    """
    partials = [f"{_partial(each, whole)} AS {each.name}" for each in query.aggregates if each.rank is None]
    keys = ["u", *query.groups]
    return f"SELECT {', '.join([*keys, *partials])} FROM {ROWS} GROUP BY {', '.join(keys)}"


def _partial(aggregate: NoisyAggregate, whole: frozenset[str]) -> str:
    value = aggregate.value
    if aggregate.function is NoisyFunction.COUNT:
        return f"count({value or '*'})"
    is_average = aggregate.function is NoisyFunction.AVG
    if value in whole:
        exact = f"sum({_int64(value)})"
        return f"CAST({exact} AS DOUBLE) / count({value})" if is_average else exact
    # Ordered by value: the last digits of a sum must not depend on the position of other units' rows.
    return f"{'avg' if is_average else 'sum'}({_finite(value)} ORDER BY {value})"


def _int64(value: str | None) -> str:
    """SQL for a whole number within INT64, so that sums of it fit HUGEINT; NULL stays NULL."""
    bounded = f"least(greatest(CAST({value} AS HUGEINT), {-(2**63)}), {2**63 - 1})"
    return f"CASE WHEN {value} IS NOT NULL THEN {bounded} END"


def _finite(value: str | None) -> str:
    """Return SQL for a number whose sums cannot overflow, whatever one row holds; NULL and NaN give NULL."""
    number = f"CAST({value} AS DOUBLE)"
    return f"CASE WHEN NOT isnan({number}) THEN least(greatest({number}, -{_LARGEST}), {_LARGEST}) END"


def kept_sql(query: NoisyQuery, order: int) -> str:
    """Return SQL for `KEPT`.

    Args:
        query: The query.
        order: 63 random bits.
    """
    most = query.terms.max_groups if query.groups else None
    source = PARTIALS
    if most is not None:
        place = f"row_number() OVER (PARTITION BY u ORDER BY {_shuffled('rowid', order)}, rowid)"
        source = f"(SELECT * EXCLUDE (place) FROM (SELECT *, {place} AS place FROM {PARTIALS}) WHERE place <= {most})"
    number = f"dense_rank() OVER (ORDER BY {', '.join(query.groups)})" if query.groups else "1"
    return f"SELECT *, {number} AS n FROM {source} AS chosen"


def groups_sql(query: NoisyQuery) -> str:
    """Return SQL for (n, group keys, number of units), ordered by group, which reveals nothing."""
    keys = ", ".join(["n", *query.groups])
    return f"SELECT {keys}, count(*) FROM {KEPT} GROUP BY {keys} ORDER BY n"


def histogram_sql(name: str) -> str:
    """Return SQL for (n, sign, power, units): how many values of aggregate *name* have that sign and power of two."""
    power = f"coalesce(CAST(ceil(log2(abs(nullif(CAST({name} AS DOUBLE), 0)))) AS INTEGER), -9999)"
    return f"SELECT n, sign({name}), {power}, count(*) FROM {KEPT} WHERE {name} IS NOT NULL GROUP BY ALL ORDER BY ALL"


def totals_sql(aggregate: NoisyAggregate, *, is_whole: bool) -> str:
    """Return SQL for (n, units, steps, clamped).

    These are: how many units have a value, the sum of their clamped values in steps, and how many were clamped.
    Groups without bounds are left out.
    """
    # LEAST and GREATEST ignore NULL, and would return a bound instead.
    inside = f"least(greatest({aggregate.name}, low), high)"
    if is_whole:
        inside = f"least(greatest({inside}, -{MOST_WHOLE}), {MOST_WHOLE})"
    clamped = f"CASE WHEN {aggregate.name} IS NOT NULL THEN {inside} END"
    steps = f"CAST({clamped} AS HUGEINT)" if is_whole else f"CAST(round({clamped} / step) AS HUGEINT)"
    return (
        f"SELECT n, count({aggregate.name}), coalesce(sum({steps}), 0), "
        f"count(*) FILTER (WHERE {aggregate.name} < low OR {aggregate.name} > high) "
        f"FROM {KEPT} JOIN {BOUNDS} USING (n) GROUP BY n"
    )


def leaves_sql(query: NoisyQuery, aggregate: NoisyAggregate, order: int) -> str:
    """Return SQL for (n, leaf, values): the values of PERCENTILE_CONT by leaf of the tree over its bounds.

    Args:
        query: The query.
        aggregate: The function, with different bounds.
        order: 63 random bits.
    """
    assert aggregate.bounds is not None  # noqa: S101 - PERCENTILE_CONT has bounds
    low, high = (repr(float(bound)) for bound in aggregate.bounds)
    same = " AND ".join(f"rows.{key} IS NOT DISTINCT FROM kept.{key}" for key in ("u", *query.groups))
    place = f"row_number() OVER (PARTITION BY rows.u, kept.n ORDER BY {_shuffled('rows.rowid', order)}, rows.rowid)"
    value = _finite(f"rows.{aggregate.value}")
    chosen = (
        f"SELECT kept.n AS n, {value} AS value, {place} AS place FROM {ROWS} AS rows JOIN {KEPT} AS kept ON {same}"
        f" WHERE ({value}) IS NOT NULL"
    )
    # Halved, since the difference of the bounds may overflow a double.
    share = f"(least(greatest(value, {low}), {high}) / 2 - {low} / 2) / ({high} / 2 - {low} / 2)"
    inside = f"CASE WHEN {share} BETWEEN 0 AND 1 THEN {share} ELSE 0 END"
    leaf = f"least(CAST(floor(({inside}) * {LEAVES}) AS BIGINT), {LEAVES - 1})"
    return f"SELECT n, {leaf} AS leaf, count(*) FROM ({chosen}) WHERE place <= {MOST_VALUES} GROUP BY ALL ORDER BY ALL"


def _shuffled(row: str, salt: int) -> str:
    """SQL for a number that orders rows at random, for a random *salt*."""
    return f"hash(xor({row}, {salt}))"
