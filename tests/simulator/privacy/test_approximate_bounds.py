"""Bounds found by a noisy histogram: edges, both sides of zero, and how much it takes for a bin to stand out."""

from __future__ import annotations

from fractions import Fraction

import pytest

from simulator.privacy.approximate_bounds import FAILURES, REAL_BINS, WHOLE_BINS, approximate_bounds, least_count
from simulator.privacy.laplace_release import LaplaceRelease
from simulator.privacy.rng import seeded

SHARP = LaplaceRelease(Fraction(1), Fraction(10**6))


@pytest.mark.parametrize(
    ("histogram", "low", "high"),
    [
        ({9: 4, 10: 1}, 256, 1024),
        ({0: 3}, 0, 1),
        ({-1: 3}, -1, 0),
        ({-4: 1, 3: 1}, -8, 8),
        ({-4: 1, -2: 1}, -8, -1),
        ({63: 2}, 2**62, 2**63 - 1),
    ],
)
def test_bounds_of_whole_numbers(histogram: dict[int, int], low: int, high: int) -> None:
    assert approximate_bounds(histogram, WHOLE_BINS, SHARP, seeded(1)) == (low, high)


def test_bounds_of_doubles_go_from_the_smallest_to_the_largest() -> None:
    smallest = approximate_bounds({0: 9}, REAL_BINS, SHARP, seeded(1))
    largest = approximate_bounds({2046: 9}, REAL_BINS, SHARP, seeded(1))
    assert smallest == (0, Fraction(2) ** -1022)
    assert largest is not None
    assert float(largest[1]) == pytest.approx(1.7976931348623157e308)


def test_what_a_bin_needs_is_that_of_the_published_numbers() -> None:
    """AVG of the exam table at ε 10 with two groups a unit: half of a share of 5, sensitivity 2."""
    release = LaplaceRelease(Fraction(2), Fraction(5, 2))
    needed = [least_count(failure, REAL_BINS, release) for failure in FAILURES]
    assert needed == pytest.approx([22.7, 20.8, 19.0, 17.2], abs=0.05)
    assert approximate_bounds({9 + 1022: 4}, REAL_BINS, release, seeded(1)) is None
    assert approximate_bounds({9 + 1022: 200}, REAL_BINS, release, seeded(1)) == (256, 512)
