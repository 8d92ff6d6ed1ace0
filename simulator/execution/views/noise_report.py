"""What differential privacy did to one SELECT of a BigQuery query."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.execution.views.noisy_query import NoisyQuery


@dataclass(frozen=True, slots=True)
class AggregateNoise:
    """Noise of one aggregate function.

    Attributes:
        call: The function as it is written.
        epsilon: Its share of the query's ε.
        bounds: Contribution bounds that the query states; None where they are found for each group, with half of ε.
        scale: Scale b of the Laplace noise: of a sum or count, in its own unit; of AVG, of the sum around the middle;
            of PERCENTILE_CONT, of each count in its tree. The variance is 2 b**2. None where bounds are found.
    """

    call: str
    epsilon: float
    bounds: tuple[float, float] | None
    scale: float | None


@dataclass(frozen=True, slots=True)
class NoiseReport:
    """Noise of one SELECT WITH DIFFERENTIAL_PRIVACY.

    Attributes:
        query: The SELECT.
        threshold: A group is shown when its noisy number of units is at least this.
        groups: Groups before the threshold; for the owner of the data only: the service does not tell.
        groups_shown: Groups that reached it.
        aggregates: One entry for each distinct aggregate, in the order of the query.
    """

    query: NoisyQuery
    threshold: int
    groups: int
    groups_shown: int
    aggregates: tuple[AggregateNoise, ...]
