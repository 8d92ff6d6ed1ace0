"""Errors of views under differential privacy: two Laplace noises that add up."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.plans.views.accuracy import LaplacePair


@pytest.mark.parametrize("other", [0.0, 0.3, 0.999, 1.0])
def test_two_laplace_noises_together(other: float) -> None:
    """Against a million draws: the mean magnitude within 1 %, and 95 % within the half-width."""
    pair = LaplacePair(1.0, other)
    generator = np.random.default_rng(7)
    drawn = np.abs(generator.laplace(0, 1, 10**6) + (generator.laplace(0, other, 10**6) if other else 0))
    assert pair.expected == pytest.approx(drawn.mean(), rel=0.01)
    assert np.mean(drawn <= pair.half_width) == pytest.approx(0.95, abs=0.002)


def test_no_noise_at_all() -> None:
    assert (LaplacePair(0.0).expected, LaplacePair(0.0).half_width) == (0, 0)
