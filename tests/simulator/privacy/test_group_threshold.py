"""The threshold that hides groups of a single user."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.privacy.group_threshold import ThresholdNoise, group_threshold, threshold_noise
from simulator.privacy.mechanisms import DiscreteGaussian, DiscreteLaplace, TruncatedGaussian
from simulator.privacy.rng import seeded

mechanisms = st.builds(
    lambda kind, scale: kind(scale),
    st.sampled_from((DiscreteGaussian, DiscreteLaplace)),
    st.fractions(min_value=Fraction(1, 2), max_value=2**20),
)


@given(mechanisms, st.floats(1e-12, 0.4), st.integers(1, 100))
def test_the_threshold_is_the_smallest_that_keeps_delta(
    mechanism: DiscreteGaussian | DiscreteLaplace, delta: float, groups: int
) -> None:
    threshold = group_threshold(mechanism, delta, groups)
    assert groups * mechanism.tail(threshold - 1) <= delta
    assert threshold == 2 or groups * mechanism.tail(threshold - 2) > delta * (1 - 2e-9)


def test_a_single_user_is_shown_as_rarely_as_promised() -> None:
    mechanism, delta = DiscreteGaussian(Fraction(15)), 1e-2
    threshold = group_threshold(mechanism, delta)
    shown = (1 + mechanism.sample((200_000,), seeded(1)) >= threshold).mean()
    assert 0.8 * delta < shown < 1.1 * delta


@pytest.mark.parametrize("delta", [0.0, 0.5, -1.0])
def test_delta_must_be_a_small_probability(delta: float) -> None:
    with pytest.raises(ValueError, match=f"^delta must be between 0 and 0.5, both excluded; found {delta}$"):
        group_threshold(DiscreteGaussian(Fraction(1)), delta)


def test_a_user_is_in_at_least_one_group() -> None:
    with pytest.raises(ValueError, match=r"^groups_per_user must be a whole number >= 1; found 0$"):
        group_threshold(DiscreteGaussian(Fraction(1)), 1e-6, 0)


@pytest.mark.parametrize(("kind", "users"), [(ThresholdNoise.TRUNCATED, 74), (ThresholdNoise.GAUSSIAN, 77)])
def test_truncated_noise_needs_the_lower_threshold(kind: ThresholdNoise, users: int) -> None:
    assert group_threshold(threshold_noise(kind, 30 / Fraction("1.959964"), 5e-7), 5e-7) == users


@given(st.fractions(min_value=Fraction(1, 2), max_value=60), st.floats(1e-12, 0.1))
def test_truncated_noise_never_shows_a_single_user(sigma: Fraction, delta: float) -> None:
    noise = threshold_noise(ThresholdNoise.TRUNCATED, sigma, delta)
    threshold = group_threshold(noise, delta)
    assert noise.tail(threshold - 1) == 0
    assert noise.tail(threshold - 2) > 0


@pytest.mark.parametrize(("delta", "groups"), [(1e-9, 1), (1e-6, 2)])
def test_truncated_noise_holds_for_its_own_delta_and_one_group(delta: float, groups: int) -> None:
    noise = TruncatedGaussian(Fraction(10), 50)
    with pytest.raises(ValueError, match=r"^truncated noise has delta 1.49e-07 for one group per user; requested "):
        group_threshold(noise, delta, groups)
