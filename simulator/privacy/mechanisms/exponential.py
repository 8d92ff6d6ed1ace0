"""The exponential mechanism: choose the candidate that does the fewest users wrong, privately and exactly."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from simulator.privacy.bernoulli import flip_exp
from simulator.privacy.mechanisms.base import check_scale
from simulator.privacy.rng import RandomSource

_ATTEMPTS = 1024


def choose_exponential(
    penalties: Sequence[int], handicaps: Sequence[Fraction], scale: Fraction, source: RandomSource
) -> int:
    """Choose the index i with probability proportional to exp(-penalties[i] / scale - handicaps[i]).

    When one user more or less changes each penalty by at most 1, the choice is rho-zCDP with rho = 1 / (2 scale**2), as
    a noisy count with that standard deviation is. Proof: the log-probabilities of two candidates move apart by at
    most 2 / scale, and handicaps cancel because they are public; so the choice has bounded range e = 2 / scale, which
    gives rho = e**2 / 8.

    Args:
        penalties: How bad each candidate is, in users; at least one candidate.
        handicaps: How much each candidate is disliked whatever the data, in natural logarithms; must not depend on the
            data.
        scale: Noise in users, 2**-20 to 2**40.
        source: Where the bits come from.

    Returns:
        The chosen index.

    Raises:
        ValueError: *scale* is out of range, or the sequences are empty or differ in length.

    Source: McSherry, Talwar 2007; Cesar, Rogers 2021 (arXiv 2004.07223) for the bounded range.
    """
    check_scale("scale", scale)
    if not penalties or len(penalties) != len(handicaps):
        raise ValueError(f"{len(penalties)} penalties, {len(handicaps)} handicaps; allowed is one handicap a penalty")
    exponents = [penalty / scale + handicap for penalty, handicap in zip(penalties, handicaps, strict=True)]
    best = min(exponents)
    gaps = [exponent - best for exponent in exponents]
    rounded = np.array([float(gap) for gap in gaps])
    while True:
        drawn = source.integers(len(gaps), _ATTEMPTS)
        kept = flip_exp(rounded[drawn], [gaps[index] for index in drawn].__getitem__, source)
        if kept.any():
            return int(drawn[np.argmax(kept)])
