"""The noise of one SELECT of a BigQuery query, as far as it is known without reading rows, and reports on runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.execution.released import Released
from simulator.execution.results import Bias
from simulator.execution.views.noisy_query import NoisyAggregate, NoisyFunction, NoisyQuery
from simulator.execution.views.value_bounds import ValueBounds, as_double, releases_of
from simulator.privacy.laplace_release import LaplaceRelease
from simulator.privacy.laplace_threshold import laplace_threshold
from simulator.privacy.quantile_tree import tree_sensitivity


@dataclass(frozen=True, slots=True)
class AggregateNoise:
    """Noise of one aggregate function.

    Attributes:
        call: The function call as written.
        epsilon: Its share of the query's ε.
        bounds: Contribution bounds that the query states; None when they are estimated for each group, with half of
            *epsilon*.
        scale: Scale b of the Laplace noise (variance 2 b**2): of a sum or count, in its own unit; for AVG, of the sum
            around the middle; for PERCENTILE_CONT, of each count in its tree. None when bounds are estimated.
    """

    call: str
    epsilon: float
    bounds: tuple[float, float] | None
    scale: float | None


@dataclass(frozen=True, slots=True)
class ShownNumbers:
    """The numbers behind the groups that are shown.

    Attributes:
        released: What was released, noise included; see `column_noise` for the names.
        bounded: Aggregate name to its value in every group after limits and clamps, before noise; NaN for none.
        exact: Aggregate name to its exact value in every group; empty when not measured.
    """

    released: Released
    bounded: Mapping[str, NDArray[np.float64]]
    exact: Mapping[str, NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class NoiseReport:
    """Noise of one SELECT WITH DIFFERENTIAL_PRIVACY.

    Attributes:
        query: The SELECT.
        threshold: A group is shown when its noisy number of units is at least this.
        groups: Groups before the threshold; for the owner of the data only, as the service never reports it.
        groups_shown: Groups that reached it.
        aggregates: One entry for each distinct aggregate, in the order of the query.
        shown: The numbers of the groups that reached it; for the owner of the data only.
        bias: What limits, clamps and thresholds removed; its users are privacy units. For the owner of the data only;
            None when not measured.
    """

    query: NoisyQuery
    threshold: int
    groups: int
    groups_shown: int
    aggregates: tuple[AggregateNoise, ...]
    shown: ShownNumbers
    bias: Bias | None = None

    @property
    def groups_without_bounds(self) -> Mapping[str, int]:
        """Calls without stated bounds, with the number of shown groups where none were found and the value is NULL."""
        return {
            each.call: int(np.isnan(self.shown.bounded[each.name]).sum())
            for each in self.query.aggregates
            if each.bounds is None
        }


def group_threshold(query: NoisyQuery) -> int:
    """Return the minimum noisy number of units with which a group of *query* is shown."""
    assert query.terms.delta is not None  # noqa: S101 - made of clauses WITH DIFFERENTIAL_PRIVACY only
    return laplace_threshold(float(query.share), query.terms.delta, query.groups_per_unit)


def tree_release(query: NoisyQuery) -> LaplaceRelease:
    """Return the noise of the counts behind PERCENTILE_CONT."""
    return LaplaceRelease(tree_sensitivity(query.groups_per_unit), query.share)


def noise_of(query: NoisyQuery, aggregate: NoisyAggregate) -> AggregateNoise:
    """Return the noise that *aggregate* of *query* gets."""
    share = float(query.share)
    if aggregate.bounds is None:
        return AggregateNoise(aggregate.call, share, None, None)
    low, high = aggregate.bounds
    shown = (float(low), float(high))
    if aggregate.function is NoisyFunction.PERCENTILE_CONT:
        return AggregateNoise(aggregate.call, share, shown, as_double(tree_release(query).scale))
    bounds = ValueBounds(low, high, is_whole=False)
    release = releases_of(aggregate.function, bounds, query.groups_per_unit, query.share)[0]
    return AggregateNoise(aggregate.call, share, shown, as_double(release.scale * bounds.step))
