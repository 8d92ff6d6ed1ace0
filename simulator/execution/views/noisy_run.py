"""Runs one SELECT WITH DIFFERENTIAL_PRIVACY: aggregates by unit, samples, clamps, sums, adds noise, drops small groups.

ε is split into equal shares, one for each aggregate and one for the numbers of units by which groups are chosen.

Source: bigquery/docs/differential-privacy; GoogleSQL, analyzer/rewriters/anonymization_helper.cc.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from simulator.execution.engines.duckdb_engine import DuckDBEngine
from simulator.execution.engines.engine import Column
from simulator.execution.engines.number_types import FLOATS, WITHIN_HUGEINT
from simulator.execution.errors import NotEnforceableError, QueryFailedError
from simulator.execution.one_row_oracles.group_keys import canonical_key
from simulator.execution.released import ROW_NUMBER, Released
from simulator.execution.views import partials
from simulator.execution.views.bias_report import exact_units, of_groups
from simulator.execution.views.column_noise import high_of, low_of, middle_of, scale_of, units_of, units_scale_of
from simulator.execution.views.noise_report import NoiseReport, ShownNumbers, group_threshold, noise_of, tree_release
from simulator.execution.views.noisy_query import NoisyAggregate, NoisyFunction, NoisyQuery
from simulator.execution.views.value_bounds import ValueBounds, as_double, relaxed, releases_of
from simulator.execution.working_copy import SCHEMA
from simulator.privacy.approximate_bounds import REAL_BINS, WHOLE_BINS, approximate_bounds
from simulator.privacy.laplace_release import LaplaceRelease, release_each
from simulator.privacy.quantile_tree import noisy_quantile
from simulator.privacy.rng import RandomSource

_ORDERS = 2**63
_REAL = (*FLOATS, "DECIMAL")
_LEAST_INT64, _MOST_INT64 = -(2**63), 2**63 - 1

Value = int | float | None


def release_numbers(
    query: NoisyQuery, engine: DuckDBEngine, source: RandomSource, *, measures_bias: bool = False
) -> NoiseReport:
    """Create the table of released numbers of *query*.

    Args:
        query: The query; the tables that it reads are in the engine.
        engine: The engine, locked.
        source: Where all noise comes from.
        measures_bias: Compare with exact numbers, for the owner of the data.

    Raises:
        NotEnforceableError: The argument of a function other than COUNT is not numeric.
        QueryFailedError: The engine could not finish, or ε is too small for the noise that the bounds require.
    """
    try:
        return _NoisyRun(query, engine, source, measures_bias).release()
    except ValueError as error:
        raise QueryFailedError(f"the query cannot get its noise: {error}") from error


@dataclass(slots=True)
class _NoisyRun:
    query: NoisyQuery
    engine: DuckDBEngine
    source: RandomSource
    measures_bias: bool = False
    types: dict[str, str] = field(default_factory=dict)
    bounds: dict[str, dict[int, ValueBounds]] = field(default_factory=dict)
    statistics: dict[str, dict[int, float]] = field(default_factory=dict)
    bounded: dict[str, dict[int, float]] = field(default_factory=dict)
    clamped: dict[str, int] = field(default_factory=dict)

    def release(self) -> NoiseReport:
        self._refuse_small_epsilon()
        keys, units = self._fold()
        groups = list(units)
        values = {each.name: self._values(each, groups) for each in self.query.aggregates}
        counts = LaplaceRelease(Fraction(self.query.groups_per_unit), self.query.share)
        noisy = counts.add_noise(list(units.values()), self.source)
        threshold = group_threshold(self.query)
        shown = [group for group, count in zip(groups, noisy, strict=True) if round(count) >= threshold]
        columns = [
            *self._key_columns(),
            *(self._column(each) for each in self.query.aggregates),
            Column(ROW_NUMBER, "BIGINT"),
        ]
        rows = [
            (*keys[group], *(values[each.name][group] for each in self.query.aggregates), number)
            for number, group in enumerate(shown)
        ]
        truth = exact_units(self.query, self.engine) if self.measures_bias else None
        for table in (partials.ROWS, partials.PARTIALS, partials.KEPT):
            self.engine.drop(table)
        self.engine.insert(f"{SCHEMA}.{self.query.name}", columns, rows)
        return NoiseReport(
            query=self.query,
            threshold=threshold,
            groups=len(groups),
            groups_shown=len(shown),
            aggregates=tuple(noise_of(self.query, each) for each in self.query.aggregates),
            shown=ShownNumbers(
                released=Released(
                    tuple(self._key_columns()),
                    tuple(keys[group] for group in shown),
                    {name: of_groups(numbers, shown).tolist() for name, numbers in self.statistics.items()},
                ),
                bounded={
                    each.name: of_groups(self.bounded.get(each.name, {}), shown) for each in self.query.aggregates
                },
                exact=truth.of(shown) if truth else {},
            ),
            bias=truth.bias(self.clamped, len(groups), shown) if truth else None,
        )

    def _fold(self) -> tuple[dict[int, tuple[Any, ...]], dict[int, int]]:
        """Create the tables of partial aggregates; return keys and exact number of units by group."""
        query, engine = self.query, self.engine
        nothing = f"SELECT * FROM ({query.rows_sql}) AS query LIMIT 0"  # noqa: S608 - translated SQL
        described = engine.query(nothing, query.rows_scans).columns
        self.types = {column.name: column.type for column in described}
        self._refuse_other_than_numbers()
        columns = (canonical_key(name, kind) if name in query.groups else name for name, kind in self.types.items())
        rows_sql = f"SELECT {', '.join(columns)} FROM ({query.rows_sql}) AS query"  # noqa: S608 - likewise
        engine.create(partials.ROWS, rows_sql, query.rows_scans)
        whole = frozenset(name for name, kind in self.types.items() if kind in WITHIN_HUGEINT)
        engine.create(partials.PARTIALS, partials.partials_sql(query, whole), {partials.ROWS})
        engine.create(partials.KEPT, partials.kept_sql(query, self._random_order()), {partials.PARTIALS})
        found = engine.query(partials.groups_sql(query), {partials.KEPT}).rows
        # Without GROUP BY there is one group even if there are no rows: noise must hide that there are none.
        rows = found if found or query.groups else ((1, 0),)
        return {row[0]: row[1:-1] for row in rows}, {row[0]: row[-1] for row in rows}

    def _refuse_small_epsilon(self) -> None:
        """Construct each kind of noise once, so that the rehearsal fails too, although it has no groups."""
        one = ValueBounds(Fraction(0), Fraction(1), is_whole=True)
        for each in self.query.aggregates:
            if each.function is NoisyFunction.PERCENTILE_CONT:
                tree_release(self.query)
            else:
                epsilon = self.query.share / (2 if each.bounds is None else 1)
                releases_of(each.function, one, self.query.groups_per_unit, epsilon)

    def _random_order(self) -> int:
        return int(self.source.integers(_ORDERS, 1)[0])

    def _refuse_other_than_numbers(self) -> None:
        for each in self.query.aggregates:
            kind = self.types.get(each.value or "", "BIGINT")
            if each.function is not NoisyFunction.COUNT and kind not in WITHIN_HUGEINT and not kind.startswith(_REAL):
                raise NotEnforceableError(f"{each.call} is asked of {kind}; it needs numbers")

    def _key_columns(self) -> list[Column]:
        return [Column(name, self.types[name]) for name in self.query.groups]

    def _column(self, aggregate: NoisyAggregate) -> Column:
        return Column(aggregate.name, "BIGINT" if self._is_integer(aggregate) else "DOUBLE")

    def _is_integer(self, aggregate: NoisyAggregate) -> bool:
        """Tell whether the result, and each partial aggregate, is INT64."""
        if aggregate.function is NoisyFunction.COUNT:
            return True
        return aggregate.function is NoisyFunction.SUM and self.types[aggregate.value or ""] in WITHIN_HUGEINT

    def _values(self, aggregate: NoisyAggregate, groups: Sequence[int]) -> dict[int, Value]:
        """Return the released value of *aggregate* by group."""
        if aggregate.function is NoisyFunction.PERCENTILE_CONT:
            quantiles = self._quantiles(aggregate, groups)
            self.statistics[aggregate.name] = {group: float(number or 0) for group, number in quantiles.items()}
            return quantiles
        epsilon = self.query.share
        if aggregate.bounds is None:
            epsilon /= 2
            bounds = self._found_bounds(aggregate, groups, epsilon)
        else:
            low, high = aggregate.bounds
            is_whole = self._is_integer(aggregate) and _is_int64(low) and _is_int64(high)
            bounds = dict.fromkeys(groups, ValueBounds(low, high, is_whole))
        self.bounds[aggregate.name] = bounds
        totals = self._totals(aggregate, bounds)
        released = self._released(aggregate, totals, epsilon)
        return {group: released.get(group) for group in groups}

    def _found_bounds(
        self, aggregate: NoisyAggregate, groups: Sequence[int], epsilon: Fraction
    ) -> dict[int, ValueBounds]:
        """Estimate the bounds of each group privately; groups for which none are found are left out."""
        is_whole = self._is_integer(aggregate)
        bins = WHOLE_BINS if is_whole else REAL_BINS
        histograms: dict[int, dict[int, int]] = {group: {} for group in groups}
        binned = self.engine.query(partials.histogram_sql(aggregate.name), {partials.KEPT}).rows
        for group, sign, power, units in binned:
            index = min(max(power - bins.first, 0), bins.count - 1)
            place = index if sign >= 0 else -index - 1
            histograms[group][place] = histograms[group].get(place, 0) + units
        release = LaplaceRelease(Fraction(self.query.groups_per_unit), epsilon)
        found = {group: approximate_bounds(each, bins, release, self.source) for group, each in histograms.items()}
        return {
            group: ValueBounds(*relaxed(aggregate.function, *pair), is_whole)
            for group, pair in found.items()
            if pair is not None
        }

    def _totals(
        self, aggregate: NoisyAggregate, bounds: Mapping[int, ValueBounds]
    ) -> dict[int, tuple[ValueBounds, int, int]]:
        """Return the bounds, the number of units with a value, and the exact sum in steps, by group."""
        is_whole = all(each.is_whole for each in bounds.values())
        kind = "HUGEINT" if is_whole else "DOUBLE"
        columns = [Column("n", "BIGINT"), Column("low", kind), Column("high", kind), Column("step", "DOUBLE")]
        convert = int if is_whole else float
        rows = [(n, convert(each.low), convert(each.high), float(each.step)) for n, each in bounds.items()]
        self.engine.insert(partials.BOUNDS, columns, rows)
        scans = {partials.KEPT, partials.BOUNDS}
        found = self.engine.query(partials.totals_sql(aggregate, is_whole=is_whole), scans).rows
        self.engine.drop(partials.BOUNDS)
        self.clamped[aggregate.call] = sum(clamped for *_, clamped in found)
        exact = {group: (int(units), int(steps)) for group, units, steps, _ in found}
        return {group: (each, *exact.get(group, (0, 0))) for group, each in bounds.items()}

    def _released(
        self, aggregate: NoisyAggregate, totals: Mapping[int, tuple[ValueBounds, int, int]], epsilon: Fraction
    ) -> dict[int, Value]:
        groups = self.query.groups_per_unit
        is_average = aggregate.function is NoisyFunction.AVG
        noise = {group: releases_of(aggregate.function, each[0], groups, epsilon) for group, each in totals.items()}
        sums = release_each(
            (
                (noise[group][0], steps - units * bounds.middle if is_average else steps)
                for group, (bounds, units, steps) in totals.items()
            ),
            self.source,
        )
        self._note(aggregate, totals, noise, sums)
        if not is_average:
            as_value = _whole if self._is_integer(aggregate) else as_double
            return {
                group: as_value(total * bounds.step)
                for total, (group, (bounds, _, _)) in zip(sums, totals.items(), strict=True)
            }
        counts = release_each(((noise[group][1], units) for group, (_, units, _) in totals.items()), self.source)
        self.statistics[units_of(aggregate)] = dict(zip(totals, map(float, counts), strict=True))
        return {
            group: _mean(bounds, total, count)
            for total, count, (group, (bounds, _, _)) in zip(sums, counts, totals.items(), strict=True)
        }

    def _note(
        self,
        aggregate: NoisyAggregate,
        totals: Mapping[int, tuple[ValueBounds, int, int]],
        noise: Mapping[int, tuple[LaplaceRelease, ...]],
        sums: Sequence[Fraction],
    ) -> None:
        """Record for the report the released numbers, their noise scales, and the numbers before noise."""
        name, is_average = aggregate.name, aggregate.function is NoisyFunction.AVG
        found = {group: each[0] for group, each in totals.items()}
        self.statistics |= {
            name: {group: as_double(total * found[group].step) for group, total in zip(totals, sums, strict=True)},
            scale_of(aggregate): {group: as_double(noise[group][0].scale * found[group].step) for group in totals},
        }
        if is_average:
            self.statistics |= {
                units_scale_of(aggregate): {group: as_double(noise[group][1].scale) for group in totals},
                low_of(aggregate): {group: as_double(bounds.low) for group, bounds in found.items()},
                middle_of(aggregate): {
                    group: as_double(bounds.middle * bounds.step) for group, bounds in found.items()
                },
                high_of(aggregate): {group: as_double(bounds.high) for group, bounds in found.items()},
            }
        self.bounded[name] = {
            group: _mean(bounds, Fraction(steps - units * bounds.middle), Fraction(units))
            if is_average
            else as_double(steps * bounds.step)
            for group, (bounds, units, steps) in totals.items()
        }

    def _quantiles(self, aggregate: NoisyAggregate, groups: Sequence[int]) -> dict[int, Value]:
        assert aggregate.bounds is not None  # noqa: S101 - PERCENTILE_CONT has bounds
        assert aggregate.rank is not None  # noqa: S101 - and a rank
        low, high = map(float, aggregate.bounds)
        if low == high:
            return dict.fromkeys(groups, low)
        leaves: dict[int, dict[int, int]] = {group: {} for group in groups}
        sql = partials.leaves_sql(self.query, aggregate, self._random_order())
        for group, leaf, values in self.engine.query(sql, {partials.ROWS, partials.KEPT}).rows:
            leaves[group][leaf] = values
        release = tree_release(self.query)
        return {
            group: noisy_quantile(each, aggregate.rank, (low, high), release, self.source)
            for group, each in leaves.items()
        }


def _is_int64(bound: Fraction) -> bool:
    return bound.denominator == 1 and _LEAST_INT64 <= bound <= _MOST_INT64


def _whole(number: Fraction) -> int:
    return max(_LEAST_INT64, min(_MOST_INT64, round(number)))


def _mean(bounds: ValueBounds, total: Fraction, count: Fraction) -> float:
    """Return a noisy sum around the middle, divided by the noisy number of units, within the bounds."""
    mean = (total / max(Fraction(1), count) + bounds.middle) * bounds.step
    return float(max(bounds.low, min(bounds.high, mean)))
