"""Expected errors of columns computed from several released numbers, such as a ratio of two.

The noise of the numbers is independent, and is propagated to first order: a column f(a, b) has the variance
(df/da)**2 var(a) + (df/db)**2 var(b). That holds as long as the noise is small compared with the numbers. For other
expressions (CASE, functions, text) no error is stated.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from sqlglot import exp

from declarations.plan import WantedAccuracy
from simulator.execution.cell_noise import names_read
from simulator.execution.private.query import NOISY, PrivateAggregate
from simulator.execution.private.run import PrivateRun
from simulator.plans.pilot import Measured, Pilot, bias_share, contribution_of, is_shown, measured_groups
from simulator.plans.pilot_statistics import Statistics
from simulator.plans.query_accuracy import (
    MEAN_ABSOLUTE,
    ColumnAccuracy,
    Contribution,
    DeclaredNoise,
    GroupError,
    Known,
    MeasuredGroups,
    standard_deviation,
    value_of,
)
from simulator.privacy.sensitivity import SensitivityParameters

_WEAKEST_FIRST = (Known.LEAST, Known.ASSUMED, Known.PILOT, Known.EXACT)
_SAME_NUMBER = (exp.Paren, exp.Cast, exp.TryCast, exp.Round, exp.Coalesce, exp.Nullif)
_SCALE_FREE = (exp.Mul, exp.Div, exp.SafeDivide, exp.Neg, *_SAME_NUMBER)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with noise.

    Attributes:
        value: The number without noise.
        parts: Aggregate name to the standard deviation that its noise adds, with the sign of the derivative.
    """

    value: float
    parts: Mapping[str, float] = field(default_factory=dict)

    @property
    def deviation(self) -> float:
        """Standard deviation of the noise, in the column's unit."""
        return math.hypot(*self.parts.values())


@dataclass(frozen=True, slots=True)
class DerivedColumn:
    """One output column computed from released numbers.

    Attributes:
        name: Its name.
        item: Its expression; columns of `NOISY` stand for aggregate functions.
        aggregates: The functions that it reads, at least one.
    """

    name: str
    item: exp.Expr
    aggregates: tuple[PrivateAggregate, ...]

    @property
    def is_scale_free(self) -> bool:
        """True for products and quotients, whose relative error depends on the relative errors alone."""
        leaves = (exp.Column, exp.Identifier, exp.Literal, exp.DataType, exp.DataTypeParam)
        return all(isinstance(node, (*_SCALE_FREE, *leaves)) for node in self.item.walk())


def derived_columns(run: PrivateRun) -> tuple[DerivedColumn, ...]:
    """Return the output columns that are computed from released numbers, except those that show a single one."""
    found = []
    for item in run.query.rest.expressions[:-1]:
        bare = item.unalias()
        names = names_read(bare, NOISY)
        aggregates = tuple(each for each in run.query.aggregates if each.name in names)
        if aggregates and not isinstance(bare.unnest(), exp.Column):
            found.append(DerivedColumn(item.alias_or_name, bare, aggregates))
    return tuple(found)


def propagated(item: exp.Expr, numbers: Mapping[str, Estimate]) -> Estimate | None:
    """Return the number that *item* computes, with its noise to first order.

    Args:
        item: An expression over columns of `NOISY`.
        numbers: Aggregate name to its number.

    Returns:
        None if the propagation of the noise is not known, or the number does not exist.
    """
    if isinstance(item, exp.Column):
        return numbers.get(item.name)
    if isinstance(item, exp.Literal):
        return Estimate(float(item.name)) if item.is_number else None
    if isinstance(item, (exp.Cast, exp.TryCast)) and not item.is_type(*exp.DataType.NUMERIC_TYPES):
        return None
    if isinstance(item, _SAME_NUMBER):
        return propagated(item.this, numbers)
    if isinstance(item, exp.Neg):
        inner = propagated(item.this, numbers)
        return None if inner is None else _combined(-inner.value, (inner, -1.0))
    return _of_two(item, numbers)


def _of_two(item: exp.Expr, numbers: Mapping[str, Estimate]) -> Estimate | None:
    if not isinstance(item, (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.SafeDivide)):
        return None
    left, right = propagated(item.this, numbers), propagated(item.expression, numbers)
    if left is None or right is None:
        return None
    if isinstance(item, (exp.Add, exp.Sub)):
        sign = 1.0 if isinstance(item, exp.Add) else -1.0
        return _combined(left.value + sign * right.value, (left, 1.0), (right, sign))
    if isinstance(item, exp.Mul):
        return _combined(left.value * right.value, (left, right.value), (right, left.value))
    if right.value == 0:
        return None
    quotient = left.value / right.value
    return _combined(quotient, (left, 1 / right.value), (right, -quotient / right.value))


def _combined(value: float, *moved: tuple[Estimate, float]) -> Estimate:
    """Return *value*, which changes by each estimate's noise times a derivative."""
    parts: dict[str, float] = {}
    for estimate, derivative in moved:
        for name, part in estimate.parts.items():
            parts[name] = parts.get(name, 0.0) + derivative * part
    return Estimate(value, parts)


def derived_accuracy(
    column: DerivedColumn,
    contributions: Mapping[str, tuple[Contribution, Known]],
    *,
    noise: DeclaredNoise,
    sizes: tuple[int, ...],
) -> ColumnAccuracy | None:
    """Return the expected noise of a derived column at several group sizes, by formula.

    Args:
        column: The column.
        contributions: Aggregate name to the users' contributions, and how they are known.
        noise: The declared noise.
        sizes: Group sizes in users.

    Returns:
        None where the error is not stated.
    """
    # The number of users who meet a condition is unknown: its relative noise is at least that of all users.
    known = _weakest(
        Known.LEAST if each.users and each.value is not None else contributions[each.name][1]
        for each in column.aggregates
    )
    if known is Known.LEAST and not column.is_scale_free:
        return None

    def numbers(users: float) -> dict[str, Estimate]:
        return {each.name: _estimate(each, contributions[each.name][0], users, noise) for each in column.aggregates}

    return _stated(column, numbers, known, noise, sizes)


def measured_derived(
    column: DerivedColumn, pilot: Pilot, wanted: WantedAccuracy, factors: tuple[float, float]
) -> ColumnAccuracy | None:
    """Return the expected noise of a derived column, from what a pilot run measured.

    Args:
        column: The column.
        pilot: The pilot run.
        wanted: Which error is useful, and which group sizes to show.
        factors: How many real users one user of the sample represents, at the plan's start and end.

    Returns:
        None where the error is not stated.
    """
    names = {each.name for each in column.aggregates}
    indices = [index for index, each in enumerate(pilot.measured) if each.aggregate.name in names]
    measured = [pilot.measured[index] for index in indices]
    known = _weakest(
        Known.EXACT if each.aggregate.users and each.aggregate.value is None else Known.PILOT for each in measured
    )
    found = None
    factors_at = {}
    settings = {noise: [parameters[index] for index in indices] for noise, parameters in pilot.at_noises.items()}
    declared = pilot.run.settings.users_noise_per_query
    for noise, parameters in (*settings.items(), (declared, [each.parameters for each in measured])):
        stated = DeclaredNoise(pilot.run.settings.model, noise)
        found = _of_pilot(column, measured, parameters, stated, known, wanted.group_sizes)
        if found is None:
            return None
        factors_at[noise] = found.factor
    assert found is not None  # noqa: S101 - the declared noise comes last
    at_noises = {noise: factors_at[noise] for noise in pilot.at_noises}
    return replace(found, factors_at=at_noises, measured=_groups(column, pilot, measured, wanted, factors))


def _of_pilot(
    column: DerivedColumn,
    measured: list[Measured],
    parameters: list[SensitivityParameters],
    noise: DeclaredNoise,
    known: Known,
    sizes: tuple[int, ...],
) -> ColumnAccuracy | None:
    """Assume that groups resemble all rows: a function that counts a share of all users counts it in every group."""
    most = max((each.whole.users for each in measured), default=0) or 1

    def numbers(users: float) -> dict[str, Estimate]:
        return {
            each.aggregate.name: _estimate(
                each.aggregate,
                contribution_of(found, each.whole, each.aggregate.function),
                users * each.whole.users / most,
                noise,
            )
            for each, found in zip(measured, parameters, strict=True)
        }

    return _stated(column, numbers, known, noise, sizes)


def _groups(
    column: DerivedColumn,
    pilot: Pilot,
    measured: list[Measured],
    wanted: WantedAccuracy,
    factors: tuple[float, float],
) -> MeasuredGroups:
    groups = list(zip(*(each.groups for each in measured), strict=True))
    at_start, at_end = ([_relative(column, pilot, measured, group, factor) for group in groups] for factor in factors)
    most = [max(group, key=lambda each: each.present) for group in groups]
    biases = [_bias(column, measured, group) for group in groups]
    return measured_groups(
        biases, (at_start, at_end), wanted.relative_error, [is_shown(pilot, most, factor) for factor in factors]
    )


def _bias(column: DerivedColumn, measured: list[Measured], group: tuple[Statistics, ...]) -> float | None:
    pairs = list(zip(measured, group, strict=True))
    expected = _computed(column, measured, (found.expected(each.aggregate.function) for each, found in pairs))
    return bias_share(_computed(column, measured, (found.exact for found in group)), expected)


def _computed(column: DerivedColumn, measured: list[Measured], numbers: Iterable[float | None]) -> float | None:
    """Return the value of the column for the *numbers* of its functions; None if it has no value."""
    pairs = zip(measured, numbers, strict=True)
    known = {each.aggregate.name: Estimate(number) for each, number in pairs if number is not None}
    estimate = propagated(column.item, known)
    return None if estimate is None else estimate.value


def _relative(
    column: DerivedColumn, pilot: Pilot, measured: list[Measured], group: tuple[Statistics, ...], factor: float
) -> float:
    settings, pairs = pilot.run.settings, list(zip(measured, group, strict=True))
    exact = (found.exact_with(each.aggregate.function, factor) for each, found in pairs)
    value = _computed(column, measured, exact)
    numbers = {
        each.aggregate.name: _estimate(
            each.aggregate,
            contribution_of(each.parameters, found, each.aggregate.function),
            found.users * factor,
            DeclaredNoise(settings.model, settings.users_noise_per_query),
        )
        for each, found in pairs
        if found.values
    }
    estimate = propagated(column.item, numbers)
    return float(settings.model.z) * estimate.deviation / abs(value) if estimate and value else math.inf


def _estimate(aggregate: PrivateAggregate, contribution: Contribution, users: float, noise: DeclaredNoise) -> Estimate:
    deviation = standard_deviation(
        aggregate.function,
        contribution,
        noise=noise,
        users=users,
        of_users=aggregate.users,
    )
    return Estimate(value_of(aggregate.function, contribution, users), {aggregate.name: deviation})


def _stated(
    column: DerivedColumn,
    numbers: Callable[[float], Mapping[str, Estimate]],
    known: Known,
    noise: DeclaredNoise,
    sizes: tuple[int, ...],
) -> ColumnAccuracy | None:
    errors, z = [], float(noise.model.z)
    for users in sizes:
        estimate = propagated(column.item, numbers(users))
        if estimate is None or not math.isfinite(estimate.deviation):
            return None
        hidden = known is Known.LEAST
        errors.append(
            GroupError(
                users,
                None if hidden else MEAN_ABSOLUTE * estimate.deviation,
                None if hidden else z * estimate.deviation,
                _share(estimate, z),
            )
        )
    return ColumnAccuracy(column.name, None, known, errors[0].relative * sizes[0] / noise.users, tuple(errors))


def _share(estimate: Estimate, z: float) -> float:
    return z * estimate.deviation / abs(estimate.value) if estimate.value else math.inf


def _weakest(known: Iterable[Known]) -> Known:
    return min(known, key=_WEAKEST_FIRST.index)
