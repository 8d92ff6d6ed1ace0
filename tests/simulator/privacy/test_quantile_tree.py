"""Quantiles by a noisy tree, practically without noise: where a value lies, and what happens at the ends."""

from __future__ import annotations

from fractions import Fraction

import pytest

from simulator.privacy.laplace_release import LaplaceRelease
from simulator.privacy.quantile_tree import LEAVES, noisy_quantile, tree_sensitivity
from simulator.privacy.rng import seeded

SHARP = LaplaceRelease(tree_sensitivity(1), Fraction(10**20))
BOUNDS = (0.0, 100.0)


def _quantile(values: list[float], rank: float) -> float:
    leaves: dict[int, int] = {}
    for value in values:
        leaf = min(int(value / 100 * LEAVES), LEAVES - 1)
        leaves[leaf] = leaves.get(leaf, 0) + 1
    return noisy_quantile(leaves, rank, BOUNDS, SHARP, seeded(1))


@pytest.mark.parametrize("value", [0.0, 12.5, 37.3, 99.99, 100.0])
def test_one_value_is_its_own_quantile(value: float) -> None:
    assert _quantile([value], 0.5) == pytest.approx(value, abs=100 / LEAVES)


@pytest.mark.parametrize(("rank", "expected"), [(0.0, 0), (0.25, 25), (0.5, 50), (0.9, 90), (1.0, 99)])
def test_quantiles_of_a_spread(rank: float, expected: float) -> None:
    assert _quantile([float(value) for value in range(100)], rank) == pytest.approx(expected, abs=1.01)


def test_values_beyond_the_ends_of_ranks_do_not_count() -> None:
    """One value in a thousand is below the share from which a subtree is looked at."""
    assert _quantile([0.0] * 999 + [99.0], 1.0) == pytest.approx(0, abs=0.01)


def test_the_sensitivity_counts_levels_values_and_groups() -> None:
    assert tree_sensitivity(3) == 4 * 5 * 3
