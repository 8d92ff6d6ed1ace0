"""The accountant against an independent library, and against its own claims."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import dp_accounting
import pytest
from dp_accounting import rdp
from hypothesis import given
from hypothesis import strategies as st

from simulator.privacy.accountant import (
    Conversion,
    PrivacyLoss,
    compose,
    delta_of_rho,
    epsilon_of_rho,
    rho_of_epsilon,
)

rhos = st.floats(1e-5, 10)
deltas = st.floats(1e-12, 1e-2)
conversions = st.sampled_from(Conversion)


def sigma(rho: float) -> float:
    """The standard deviation of Gaussian noise with this loss at sensitivity 1."""
    return 1 / math.sqrt(2 * rho)


@pytest.mark.parametrize("rho", [0.001, 0.05, 0.5, 1.4, 5.0])
@pytest.mark.parametrize("delta", [1e-9, 5e-7, 1e-3])
def test_exact_gaussian_accounting_agrees_with_dp_accounting(rho: float, delta: float) -> None:
    epsilon = epsilon_of_rho(rho, delta, Conversion.EXACT_GAUSSIAN)
    assert epsilon == pytest.approx(dp_accounting.get_epsilon_gaussian(sigma(rho), delta), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("rho", [0.001, 0.05, 0.5, 1.4, 5.0])
@pytest.mark.parametrize("delta", [1e-9, 5e-7, 1e-3])
def test_the_optimal_conversion_agrees_with_the_renyi_accountant(rho: float, delta: float) -> None:
    orders = [1 + math.exp(t / 200) for t in range(-1000, 1600)]
    accountant = rdp.RdpAccountant(orders).compose(dp_accounting.GaussianDpEvent(sigma(rho)))
    theirs = accountant.get_epsilon(delta)
    ours = epsilon_of_rho(rho, delta)
    assert ours == pytest.approx(theirs, rel=1e-4)
    assert ours <= theirs + 1e-12, "the best real order cannot be worse than the best on a grid"


def test_composition_agrees_with_dp_accounting_for_many_releases() -> None:
    loss = compose([PrivacyLoss(Fraction(1, 200))] * 100)
    accountant = rdp.RdpAccountant([1 + math.exp(t / 200) for t in range(-1000, 1600)])
    accountant.compose(dp_accounting.GaussianDpEvent(10.0), 100)
    assert loss.rho == Fraction(1, 2)
    assert loss.epsilon(1e-6) == pytest.approx(accountant.get_epsilon(1e-6), rel=1e-4)


@pytest.mark.parametrize(
    ("conversion", "rho"),
    [
        (Conversion.BUN_STEINKE_LEMMA_3_6, 1.408888),
        (Conversion.BUN_STEINKE_PROPOSITION_1_3, 1.303248),
        (Conversion.CANONNE_KAMATH_STEINKE, 1.478442),
        (Conversion.EXACT_GAUSSIAN, 1.635405),
    ],
)
def test_rho_of_epsilon_ten(conversion: Conversion, rho: float) -> None:
    assert rho_of_epsilon(10, 5e-7, conversion) == pytest.approx(rho, abs=1e-6)


@given(rhos, deltas)
def test_every_conversion_bounds_the_exact_gaussian_from_above(rho: float, delta: float) -> None:
    exact, optimal, lemma, simple = (
        epsilon_of_rho(rho, delta, conversion)
        for conversion in (
            Conversion.EXACT_GAUSSIAN,
            Conversion.CANONNE_KAMATH_STEINKE,
            Conversion.BUN_STEINKE_LEMMA_3_6,
            Conversion.BUN_STEINKE_PROPOSITION_1_3,
        )
    )
    assert exact <= optimal * (1 + 1e-9)
    assert exact <= lemma * (1 + 1e-9)
    assert max(optimal, lemma) <= simple * (1 + 1e-9)


@given(st.floats(0.1, 30), deltas, conversions)
def test_rho_of_epsilon_keeps_its_promise(epsilon: float, delta: float, conversion: Conversion) -> None:
    rho = rho_of_epsilon(epsilon, delta, conversion)
    assert rho > 0
    assert delta_of_rho(rho, epsilon, conversion) <= delta
    assert delta_of_rho(rho * (1 + 1e-6), epsilon, conversion) > delta * (1 - 1e-9)


@given(rhos, deltas, conversions)
def test_epsilon_of_rho_keeps_its_promise(rho: float, delta: float, conversion: Conversion) -> None:
    assert delta_of_rho(rho, epsilon_of_rho(rho, delta, conversion), conversion) <= delta


@given(st.floats(0.01, 5), st.floats(0, 20), conversions)
def test_a_greater_epsilon_needs_less_delta(rho: float, epsilon: float, conversion: Conversion) -> None:
    assert delta_of_rho(rho, epsilon + 0.5, conversion) <= delta_of_rho(rho, epsilon, conversion) * (1 + 1e-6)


def test_exact_accounting_allows_a_rho_above_epsilon_when_delta_is_large() -> None:
    rho = rho_of_epsilon(1, 0.6, Conversion.EXACT_GAUSSIAN)
    assert rho > 1
    assert delta_of_rho(rho, 1, Conversion.EXACT_GAUSSIAN) == pytest.approx(0.6, rel=1e-9)


def test_nothing_released_costs_nothing() -> None:
    assert compose([]) == PrivacyLoss()
    assert PrivacyLoss().epsilon(1e-9) == 0
    assert delta_of_rho(0, 0) == 0


def test_the_delta_of_a_threshold_is_part_of_the_total() -> None:
    loss = compose([PrivacyLoss(Fraction(1, 2)), PrivacyLoss(Fraction(0), 1e-7)])
    assert loss.epsilon(2e-7) > PrivacyLoss(Fraction(1, 2)).epsilon(2e-7)
    with pytest.raises(ValueError, match=r"^delta must be above 1e-07, already spent, and below 1; found 1e-07$"):
        loss.epsilon(1e-7)


@pytest.mark.parametrize(
    "call",
    [
        lambda: PrivacyLoss(Fraction(-1)),
        lambda: PrivacyLoss(Fraction(1), 1.0),
        lambda: delta_of_rho(-1, 1),
        lambda: delta_of_rho(1, math.inf),
        lambda: epsilon_of_rho(1, 0),
        lambda: epsilon_of_rho(math.nan, 0.1),
        lambda: rho_of_epsilon(0, 0.1, Conversion.CANONNE_KAMATH_STEINKE),
        lambda: rho_of_epsilon(1, 1, Conversion.CANONNE_KAMATH_STEINKE),
    ],
)
def test_values_out_of_range_are_refused(call: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=" must be "):
        call()
