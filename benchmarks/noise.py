"""Drawing exact noise, beside numpy's inexact floating-point noise in the same run."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial

import numpy as np

from benchmarks.figures import Figure, paired
from simulator.privacy.mechanisms import DiscreteGaussian, DiscreteLaplace, Mechanism
from simulator.privacy.rng import secure

_SAMPLES = 1_000_000
_GROUPS = 200


def measure() -> Iterator[Figure]:
    """Draw a million values of each mechanism, and one release of 200 groups, with bits of the operating system."""
    source = secure()
    generator = np.random.default_rng()
    mechanisms: tuple[tuple[Mechanism, str], ...] = (
        (DiscreteLaplace(Fraction(20)), ">= 5"),
        (DiscreteGaussian(Fraction(15)), ">= 3"),
        (DiscreteGaussian(Fraction(2**30)), ">= 3"),
    )
    for mechanism, aim in mechanisms:
        draw = partial(mechanism.sample, (_SAMPLES,), source)
        mine, _, ratio = paired(draw, lambda: generator.laplace(0.0, 20.0, _SAMPLES))
        rate = _SAMPLES / mine / 1e6
        yield Figure(f"noise, {mechanism}", rate, "M/s", 1 / ratio, "rate of numpy's float Laplace", aim)
    mine, _, ratio = paired(
        lambda: mechanisms[1][0].sample((_GROUPS,), source), lambda: generator.laplace(0.0, 20.0, _GROUPS)
    )
    yield Figure("noise, one release of 200 groups", mine * 1000, "ms", ratio, "time of numpy's float Laplace")
