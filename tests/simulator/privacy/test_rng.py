"""The random source: exact uniform integers, and a description that tells a release from a simulation."""

from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from simulator.privacy.rng import RandomSource, secure, seeded


def scripted(*words: int) -> RandomSource:
    """A source that gives these 64-bit words, in order."""
    rest: Iterator[int] = iter(words)

    def draw(count: int) -> NDArray[np.uint64]:
        return np.array([next(rest) for _ in range(count)], np.uint64)

    return RandomSource("scripted", is_secure=False, words=draw)


def test_only_the_operating_system_is_for_releases() -> None:
    assert (secure().description, secure().is_secure) == ("operating system", True)
    assert (seeded(7).description, seeded(7).is_secure) == ("seed 7: simulation, not a release", False)


def test_a_seed_repeats_its_draws_and_another_does_not() -> None:
    assert np.array_equal(seeded(7).integers(1000, 50), seeded(7).integers(1000, 50))
    assert not np.array_equal(seeded(7).integers(1000, 50), seeded(8).integers(1000, 50))


def test_secure_draws_differ() -> None:
    assert not np.array_equal(secure().words(4), secure().words(4))


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # forking beside threads; the child only draws
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_forked_processes_share_no_bits() -> None:
    source = secure()
    source.words(3)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, source.words(4).tobytes())
        os._exit(0)
    own = source.words(4).tobytes()
    os.waitpid(child, 0)
    assert os.read(reading, 32) != own
    os.close(reading)
    os.close(writing)


@given(st.one_of(st.integers(1, 300), st.integers(1, 2**63)), st.integers(0, 40), st.integers(0, 1000))
def test_integers_stay_below_high(high: int, size: int, seed: int) -> None:
    drawn = seeded(seed).integers(high, size)
    assert drawn.shape == (size,)
    assert drawn.dtype == np.int64
    assert all(0 <= value < high for value in drawn.tolist())


@pytest.mark.parametrize("high", [2, 3, 10, 255, 256, 1000])
@pytest.mark.parametrize("source", [secure(), seeded(1)], ids=["secure", "seeded"])
def test_integers_are_uniform(high: int, source: RandomSource) -> None:
    counts = np.bincount(source.integers(high, 100_000), minlength=high)
    # Fails once in a million runs for a right source.
    assert stats.chisquare(counts).pvalue > 1e-6


def test_words_that_would_favour_small_values_are_drawn_again() -> None:
    high = 3 * 2**61  # 2**64 = 2 * high + 2**62, so the words below 2**62 are left over
    assert scripted(2**62 - 1, 2**62).integers(high, 1).tolist() == [2**62]
    assert scripted(2**64 - 1).integers(high, 1).tolist() == [(2**64 - 1) % high]


@pytest.mark.parametrize("high", [0, -1, 2**63 + 1])
def test_a_range_that_does_not_fit_is_refused(high: int) -> None:
    with pytest.raises(ValueError, match=rf"^high must be from 1 to 2\*\*63; found {high}$"):
        seeded(1).integers(high, 1)


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^seed must be a whole number >= 0; found -1$"):
        seeded(-1)
