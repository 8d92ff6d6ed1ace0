"""The only source of random numbers.

A release draws every bit from the operating system. A simulation may use a seed; the description of its source says so,
and is printed with every result.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

_HALF_WORD = 2**32
_WORD = 2**64


@dataclass(frozen=True, slots=True)
class RandomSource:
    """Uniform random bits, and exact uniform integers made of them.

    Attributes:
        description: What a report prints: "operating system", or "seed 7: simulation, not a release".
        is_secure: True when the bits are unpredictable, so that results may be released.
        words: Draws *count* independent uniform 64-bit words: NDArray[np.uint64] of shape (count,), writable.
    """

    description: str
    is_secure: bool
    words: Callable[[int], NDArray[np.uint64]]

    def half_words(self, count: int) -> NDArray[np.uint32]:
        """Draw *count* independent uniform 32-bit words; shape (count,), writable."""
        return self.words((count + 1) // 2).view(np.uint32)[:count]

    def integers(self, high: int, size: int) -> NDArray[np.int64]:
        """Draw integers that are exactly uniform on 0, 1, ..., *high* - 1.

        Args:
            high: Number of possible values, 1 to 2**63.
            size: Number of draws, >= 0.

        Returns:
            Array of shape (size,).

        Raises:
            ValueError: *high* is outside 1 to 2**63.
        """
        if not 1 <= high <= _WORD // 2:
            raise ValueError(f"high must be from 1 to 2**63; found {high}")
        if high < _HALF_WORD:
            return _remainders(self.half_words, size, np.uint32(high), np.uint32((_HALF_WORD - high) % high))
        return _remainders(self.words, size, np.uint64(high), np.uint64((_WORD - high) % high))


def secure() -> RandomSource:
    """Return the operating system's generator, the only one whose results may be released.

    Nothing is buffered: a process that forks would hand the same unused bits to both children, and noise that two
    releases share cancels in their difference.
    """
    return RandomSource("operating system", is_secure=True, words=_operating_system_words)


def seeded(seed: int) -> RandomSource:
    """Return a reproducible generator for simulations and tests; its results must never be released.

    Args:
        seed: Any integer >= 0; equal seeds give equal draws.

    Raises:
        ValueError: *seed* is negative.
    """
    if seed < 0:
        raise ValueError(f"seed must be a whole number >= 0; found {seed}")
    generator = np.random.PCG64(seed)

    def words(count: int) -> NDArray[np.uint64]:
        return np.asarray(generator.random_raw(count), dtype=np.uint64)

    return RandomSource(f"seed {seed}: simulation, not a release", is_secure=False, words=words)


_Word = TypeVar("_Word", np.uint32, np.uint64)


def _remainders(draw: Callable[[int], NDArray[_Word]], size: int, high: _Word, excess: _Word) -> NDArray[np.int64]:
    """Reduce uniform words modulo *high*; *excess* is the number of possible words modulo *high*."""
    words = draw(size)
    # Without redrawing that many words, small remainders would be more likely.
    while (biased := np.flatnonzero(words < excess)).size:
        words[biased] = draw(biased.size)
    # numpy divides by a scalar with multiplications, but takes remainders one by one.
    return (words - words // high * high).astype(np.int64)


def _operating_system_words(count: int) -> NDArray[np.uint64]:
    return np.frombuffer(bytearray(os.urandom(8 * count)), dtype=np.uint64)
