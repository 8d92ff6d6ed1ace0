"""The expected error of each number of a query before it runs, by formulas for the mechanism at the declared noise.

Every released number carries discrete Gaussian noise whose standard deviation is (noise in users / z) times what one
user can contribute. Hence the relative error of a group is `factor * noise in users / users of the group`, where the
factor is the ratio of one user's maximum contribution to the average one. It is 1 for counts of users, and at least 1
for counts of rows and sums.

AVG and STDDEV are computed from several noisy numbers; their error is propagated to first order, which holds as long
as the noise is small compared with the group.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from statistics import median

from declarations.plan import AssumedContribution
from simulator.execution.results import Bias, ColumnBias
from simulator.execution.views.noisy_query import NoisyFunction
from simulator.plans.prices import PricedRun
from simulator.privacy.budget import Aggregation, BudgetModel

MEAN_ABSOLUTE = math.sqrt(2 / math.pi)
"""Expected magnitude of Gaussian noise, in standard deviations."""

_CENTRED = (Aggregation.AVG, Aggregation.STDDEV)


class Known(StrEnum):
    """How the contribution of users is known."""

    EXACT = "exact"
    """Users are counted: each contributes one."""
    PILOT = "pilot run"
    """Measured on sample rows; the owner's own information."""
    ASSUMED = "assumed"
    """Stated in the plan."""
    LEAST = "at least"
    """Unknown: the error is a lower bound, reached when all users contribute equally."""
    BOUNDS = "bounds"
    """The noise follows from bounds in the query; its share of the value is a lower bound."""
    NOTHING = "not known"
    """Nothing is known before the query is run; the error is given as infinite."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What users contribute to one aggregate function.

    Attributes:
        limit: Maximum number of rows of one user that are kept, >= 1.
        smallest: Lower bound of the values after clamping, in the column's unit.
        largest: Upper bound of the values after clamping, in the column's unit.
        rows: Rows that a user contributes on average.
        mean: Mean of the values, in the column's unit; 1 for counts.
        deviation: Standard deviation of the values; only STDDEV uses it.
    """

    limit: int = 1
    smallest: float = 0.0
    largest: float = 1.0
    rows: float = 1.0
    mean: float = 1.0
    deviation: float = 1.0

    @property
    def magnitude(self) -> float:
        """Largest magnitude of a value, the most that one row adds to a sum."""
        return max(abs(self.smallest), abs(self.largest))

    @property
    def centre(self) -> float:
        """The value that AVG and STDDEV subtract before they sum, to keep the noise small."""
        return (self.smallest + self.largest) / 2

    @property
    def half_range(self) -> float:
        """Largest magnitude of a value after the centre is subtracted."""
        return (self.largest - self.smallest) / 2


@dataclass(frozen=True, slots=True)
class GroupError:
    """The noise in a group of a given size.

    Attributes:
        users: Size of the group.
        expected: Expected magnitude of the noise, in the column's unit; None when contributions are unknown.
        half_width: With probability 0.95 the noise is within +/- this, in the column's unit; None as above.
        relative: The half-width as a share of the group's value; infinite if that is 0.
    """

    users: int
    expected: float | None
    half_width: float | None
    relative: float


@dataclass(frozen=True, slots=True)
class MeasuredGroups:
    """The errors of the groups of the sample rows, scaled to the plan's start and end.

    Attributes:
        groups: Number of groups.
        usable_at_start: Groups that the threshold shows, with noise and bias together within the wanted error, at the
            start.
        usable_at_end: The same at the end, when tables have grown.
        median_relative: Median over the groups of the noise at the start, as a share of the value.
        median_bias: Median of the expected bias (see `ColumnBias`) as a share of the exact value, over the groups that
            are shown by the end; None if none of them has a value. For the owner of the data only.
    """

    groups: int
    usable_at_start: int
    usable_at_end: int
    median_relative: float
    median_bias: float | None = None


@dataclass(frozen=True, slots=True)
class ColumnAccuracy:
    """Expected noise in one aggregate function, or in a column that is computed from several.

    Attributes:
        column: Name of the output column that shows it alone; the function as text when none does.
        function: The aggregate function; None for a column computed from several.
        known: How the contribution of users is known.
        factor: Relative error times users of a group, divided by the noise in users; for a view, not divided.
        errors: The noise at each of the plan's group sizes.
        factors_at: The factor at other noise, in users, where limits and bounds differ; empty without sample rows.
        measured: Groups of the sample rows; None without sample rows.
        least_users: For a view, the smallest group whose value is more often present than NULL even if all its users
            are alike; smaller groups get no bounds. 0 if the query states bounds.
    """

    column: str
    function: Aggregation | NoisyFunction | None
    known: Known
    factor: float
    errors: tuple[GroupError, ...]
    factors_at: Mapping[int, float] = field(default_factory=dict)
    measured: MeasuredGroups | None = None
    least_users: float = 0.0

    def relative(self, users_noise: float, group_users: float) -> float:
        """Return the relative error of a group of that size under that noise, both in users.

        Between two settings of the noise with known factors, the larger factor is used.
        """
        below = [noise for noise in self.factors_at if noise <= users_noise]
        above = [noise for noise in self.factors_at if noise >= users_noise]
        known = [self.factors_at[noise] for noise in (*below[-1:], *above[:1])]
        return max(known, default=self.factor) * users_noise / group_users


@dataclass(frozen=True, slots=True)
class NullGroups:
    """A function that is NULL in some groups of a pilot run on views, because no bounds were found there.

    Attributes:
        column: The function, as `ColumnAccuracy` names it.
        groups: Groups in which it is NULL, >= 1.
        shown: Groups that were shown.
    """

    column: str
    groups: int
    shown: int

    @property
    def is_usual(self) -> bool:
        """True if it is NULL in at least half of the groups, so that no error can be stated."""
        return 2 * self.groups >= self.shown


@dataclass(frozen=True, slots=True)
class ShownGroups:
    """How many groups of the sample rows a pilot run on views showed; for the owner of the data only.

    Attributes:
        groups: Groups before the threshold.
        shown: Groups that reached it.
        columns: Bias of every noisy output column in the groups that were shown; empty when not known.
        nulls: Functions that are NULL in some of these groups, because no bounds were found.
    """

    groups: int
    shown: int
    columns: tuple[ColumnBias, ...] = ()
    nulls: tuple[NullGroups, ...] = ()


@dataclass(frozen=True, slots=True)
class QueryAccuracy:
    """Expected noise of one query.

    Attributes:
        run: The query.
        columns: One entry for each aggregate function, in the order of the query.
        threshold: Groups with fewer noisy users than this are not shown, by the simulator's own rule; None without
            groups.
        bias: What limits, clamps and thresholds removed in the pilot run, for the owner only; None without sample rows.
        failure: Why the pilot run failed; None if it did not, or without sample rows.
        shown: Groups that a pilot run on views showed; None without sample rows.
        derived: Output columns that are computed from several functions, such as ratios.
        unstated: Names of output columns whose error is not stated, because the propagation of the noise or the
            contribution of users is not known.
    """

    run: PricedRun
    columns: tuple[ColumnAccuracy, ...]
    threshold: int | None
    bias: Bias | None = None
    failure: str | None = None
    shown: ShownGroups | None = None
    derived: tuple[ColumnAccuracy, ...] = ()
    unstated: tuple[str, ...] = ()

    @property
    def stated(self) -> tuple[ColumnAccuracy, ...]:
        """Everything whose error is stated: the aggregate functions, then the columns computed from them."""
        return (*self.columns, *self.derived)


@dataclass(frozen=True, slots=True)
class BiasedColumn:
    """A column whose bias from limits and clamps exceeds the wanted error.

    Attributes:
        query: The query.
        column: The column.
        share: Its bias as a share of the value, in the median group of the sample; below 0 where it is too small.
    """

    query: str
    column: str
    share: float


def biased_columns(accuracy: Iterable[QueryAccuracy], beyond: float) -> tuple[BiasedColumn, ...]:
    """Return the columns whose bias, in the median group of the sample, is more than the share *beyond*."""
    found = [
        BiasedColumn(each.run.query, column.column, column.measured.median_bias or 0.0)
        for each in accuracy
        for column in each.stated
        if column.measured is not None
    ] + [
        BiasedColumn(each.run.query, column.column, median(column.shares))
        for each in accuracy
        for column in (each.shown.columns if each.shown else ())
        if column.shares
    ]
    return tuple(column for column in found if abs(column.share) > beyond)


@dataclass(frozen=True, slots=True)
class DeclaredNoise:
    """The noise that an owner declares.

    Attributes:
        model: How settings determine the noise.
        users: The declared noise, 10 to 100 users.
    """

    model: BudgetModel
    users: int


def standard_deviation(
    function: Aggregation,
    contribution: Contribution,
    *,
    noise: DeclaredNoise,
    users: float,
    of_users: bool,
) -> float:
    """Return the standard deviation of the noise in one number, in the column's unit.

    Args:
        function: The aggregate function.
        contribution: What users contribute to it.
        noise: The declared noise.
        users: Users of the group.
        of_users: True for COUNT(DISTINCT user), False for COUNT(DISTINCT anything else).
    """
    counted = float(noise.model.noise_scale(function, noise.users)) * contribution.limit
    rows = users * contribution.rows
    match function:
        case Aggregation.COUNT_DISTINCT:
            # The limit and the count of another column's values get half of the price each.
            return counted / contribution.limit if of_users else counted * math.sqrt(2)
        case Aggregation.COUNT:
            return counted
        case Aggregation.SUM:
            return counted * contribution.magnitude
        case Aggregation.AVG:
            return counted * math.hypot(contribution.half_range, contribution.mean - contribution.centre) / rows
        case Aggregation.STDDEV:
            return counted * _of_deviation(contribution) / rows


def _of_deviation(contribution: Contribution) -> float:
    """Propagate the noise of sum, sum of squares and count, all around the centre, to the standard deviation.

    With q the mean square and m the mean, the deviation is sqrt(q - m**2), where q and m are quotients by the count.
    """
    if contribution.deviation <= 0:
        return math.inf
    mean = contribution.mean - contribution.centre
    square = contribution.deviation**2 + mean**2
    reach = contribution.half_range
    return math.hypot(reach**2, 2 * mean * reach, square - 2 * mean**2) / (2 * contribution.deviation)


def value_of(function: Aggregation, contribution: Contribution, users: float) -> float:
    """Return the number that a group of average users has, in the column's unit."""
    match function:
        case Aggregation.COUNT | Aggregation.COUNT_DISTINCT:
            return users * contribution.rows
        case Aggregation.SUM:
            return users * contribution.rows * contribution.mean
        case Aggregation.AVG:
            return contribution.mean
        case Aggregation.STDDEV:
            return contribution.deviation


def column_accuracy(
    column: str,
    function: Aggregation,
    contributed: tuple[Contribution, Known],
    *,
    noise: DeclaredNoise,
    sizes: tuple[int, ...],
    of_users: bool,
) -> ColumnAccuracy:
    """Return the expected noise of one aggregate function at several group sizes.

    Args:
        column: The output column.
        function: The aggregate function.
        contributed: The contribution of users, and how it is known; defaults for `Known.LEAST`.
        noise: The declared noise.
        sizes: Group sizes in users.
        of_users: True for COUNT(DISTINCT user).
    """
    contribution, known = contributed
    errors = []
    for users in sizes:
        deviation = standard_deviation(function, contribution, noise=noise, users=users, of_users=of_users)
        half_width = float(noise.model.z) * deviation
        value = abs(value_of(function, contribution, users))
        hidden = known is Known.LEAST
        errors.append(
            GroupError(
                users,
                None if hidden else MEAN_ABSOLUTE * deviation,
                None if hidden else half_width,
                half_width / value if value else math.inf,
            )
        )
    factor = errors[0].relative * sizes[0] / noise.users
    return ColumnAccuracy(column, function, known, factor, tuple(errors))


def assumed_contribution(function: Aggregation, stated: AssumedContribution | None) -> tuple[Contribution, Known]:
    """Return the contribution that the plan states for a query's users, as far as *function* needs it.

    For what is not stated the best case is assumed, that all users contribute equally, so the error is a lower bound.
    For AVG and STDDEV that bound is 0, because values in a narrow range need hardly any noise.
    """
    best = Contribution(smallest=1.0, largest=1.0) if function in _CENTRED else Contribution()
    if stated is None:
        return best, Known.LEAST
    best = replace(best, limit=stated.rows_per_user, rows=stated.mean_rows_per_user)
    if function in {Aggregation.COUNT, Aggregation.COUNT_DISTINCT}:
        return best, Known.ASSUMED
    if function is Aggregation.STDDEV or stated.largest_value is None or stated.mean_value is None:
        return best, Known.LEAST
    return replace(
        best, smallest=stated.smallest_value, largest=stated.largest_value, mean=stated.mean_value
    ), Known.ASSUMED
