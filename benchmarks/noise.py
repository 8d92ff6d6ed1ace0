"""Drawing exact noise, beside numpy's inexact floating-point noise and OpenDP's exact noise in the same run."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterator
from fractions import Fraction
from functools import partial

import numpy as np

from benchmarks.figures import Figure, at_least, paired
from simulator.privacy.mechanisms import DiscreteGaussian, DiscreteLaplace, Mechanism
from simulator.privacy.rng import RandomSource, secure

_SAMPLES = 1_000_000
_GROUPS = 200
_PEER_SAMPLES = 20_000


def measure() -> Iterator[Figure]:
    """Draw a million values of each mechanism, and one release of 200 groups, with bits of the operating system."""
    source = secure()
    generator = np.random.default_rng()
    mechanisms: tuple[tuple[Mechanism, float], ...] = (
        (DiscreteLaplace(Fraction(20)), 5),
        (DiscreteGaussian(Fraction(15)), 3),
        (DiscreteGaussian(Fraction(2**30)), 3),
    )
    for mechanism, millions in mechanisms:
        draw = partial(mechanism.sample, (_SAMPLES,), source)
        mine, _, ratio = paired(draw, lambda: generator.laplace(0.0, 20.0, _SAMPLES))
        rate = _SAMPLES / mine / 1e6
        peer = "rate of numpy's float Laplace"
        yield Figure(f"noise, {mechanism}", rate, "M/s", 1 / ratio, peer, aim=at_least(millions))
    yield from _beside_opendp(mechanisms[1][0], source)
    mine, _, ratio = paired(
        lambda: mechanisms[1][0].sample((_GROUPS,), source), lambda: generator.laplace(0.0, 20.0, _GROUPS)
    )
    yield Figure("noise, one release of 200 groups", mine * 1000, "ms", ratio, "time of numpy's float Laplace")


def _beside_opendp(mechanism: Mechanism, source: RandomSource) -> Iterator[Figure]:
    """Compare rates with OpenDP's vector of discrete Gaussian noise; nothing where it is not installed."""
    if importlib.util.find_spec("opendp") is None:
        return
    opendp = importlib.import_module("opendp.prelude")
    opendp.enable_features("contrib")
    space = opendp.vector_domain(opendp.atom_domain(T=int)), opendp.l2_distance(T=float)
    measurement = opendp.m.make_gaussian(*space, scale=15.0)
    zeros = [0] * _PEER_SAMPLES
    mine, theirs, _ = paired(partial(mechanism.sample, (_SAMPLES,), source), lambda: measurement(zeros))
    ratio = _SAMPLES / mine / (_PEER_SAMPLES / theirs)
    yield Figure(f"noise, {mechanism}", _SAMPLES / mine / 1e6, "M/s", ratio, "rate of OpenDP's vectors", at_least(30))
