"""Exact coin flips with probability exp(-x), the primitive of all samplers.

A uniform real U is drawn 32 bits at a time, and the coin shows heads when U < exp(-x). The first 32 bits are compared
with exp(-x) in floating point, but that comparison decides only when the two differ by more than `MARGIN`, which is far
more than the floating-point error. Otherwise more bits of the same U are drawn and compared with exp(-x) in decimal
arithmetic, with ever more digits, until the answer is certain. So floating point saves time and never decides: the
probability is exactly exp(-x), given ideal random bits. Running time depends on the draws; it is not constant.

Source: the scheme replaces Algorithm 1 of Canonne, Kamath, Steinke 2020 (arXiv 2004.00010), which flips several coins
for each result; the distribution is the same.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import MAX_EMAX, MIN_EMIN, ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from simulator.privacy.rng import RandomSource

MARGIN = 2.0**-24
"""How close U and exp(-x) must be for exact arithmetic to decide; happens once in 2**23 flips."""

_WORD_BITS = 32


def flip_exp(
    exponents: NDArray[np.float64], exact: Callable[[int], Fraction], source: RandomSource
) -> NDArray[np.bool_]:
    """Flip one coin for each exponent x, heads with probability exactly exp(-x).

    Args:
        exponents: Shape (n,), each x >= 0 rounded to a double; the error e must satisfy e * exp(-x) <= 2**-40.
        exact: Gives the exact exponent of the element with that index; called for about one element in 2**23.
        source: Where the bits come from.

    Returns:
        Array of shape (n,), True for heads.
    """
    words = source.half_words(exponents.size)
    gaps = np.exp(-exponents) - words * 2.0**-_WORD_BITS
    heads: NDArray[np.bool_] = gaps > 0
    for index in np.flatnonzero(np.abs(gaps) <= MARGIN):
        heads[index] = _is_below_exp(int(words[index]), exact(int(index)), source)
    return heads


def count_heads_exp(exponent: Fraction, count: int, source: RandomSource) -> NDArray[np.int64]:
    """Flip a coin with heads probability exp(-x) until it shows tails, and count the heads.

    Args:
        exponent: The exact x, > 0.
        count: Number of independent counts to draw.
        source: Where the bits come from.

    Returns:
        Array of shape (count,): geometric, P(k) = (1 - exp(-x)) * exp(-k x), k = 0, 1, ...
    """
    low, high = exp_bounds(exponent, _WORD_BITS)
    heads = np.zeros(count, np.int64)
    playing = np.arange(count)
    while playing.size:
        words = source.half_words(playing.size)
        won = words < low
        for index in np.flatnonzero(~won & (words < high)):
            won[index] = _is_below_exp(int(words[index]), exponent, source)
        playing = playing[won]
        heads[playing] += 1
    return heads


def _is_below_exp(digits: int, exponent: Fraction, source: RandomSource) -> bool:
    """Tell whether U < exp(-x), where the first 32 binary digits of U are given and the rest are still to be drawn."""
    bits = _WORD_BITS
    while True:
        low, high = exp_bounds(exponent, bits)
        if digits < low:
            return True
        if digits >= high:
            return False
        digits = digits << _WORD_BITS | int(source.half_words(1)[0])
        bits += _WORD_BITS


@lru_cache(maxsize=256)
def exp_bounds(exponent: Fraction, bits: int) -> tuple[int, int]:
    """Return integers around exp(-x) * 2**bits: a lower bound and an upper bound, at most a few apart.

    `Decimal.exp` rounds correctly (Python library reference), so one unit in the last place on either side is enough.

    Args:
        exponent: The exact x, >= 0.
        bits: Number of binary digits wanted, >= 1.
    """
    if exponent == 0:
        return 1 << bits, 1 << bits
    context = Context(prec=bits // 3 + 20, Emin=MIN_EMIN, Emax=MAX_EMAX, rounding=ROUND_CEILING)
    numerator, denominator = Decimal(exponent.numerator), Decimal(exponent.denominator)
    lowest = context.next_minus(context.exp(-context.divide(numerator, denominator)))
    context.rounding = ROUND_FLOOR
    highest = context.next_plus(context.exp(-context.divide(numerator, denominator)))
    return int(Fraction(lowest) * 2**bits), -int(-Fraction(highest) * 2**bits // 1)
