"""Checking leaves nothing behind: memory does not grow with the number of checks."""

from __future__ import annotations

import gc
import sys

from simulator.analysis_rules import judge
from tests.metamorphic.subjects import subjects

ROUNDS = 7


def _blocks(rounds: int) -> int:
    """Judge every subject *rounds* times; return how many blocks of memory Python holds then."""
    for _ in range(rounds):
        for subject in subjects():
            judge(subject.request)
    gc.collect()
    return sys.getallocatedblocks()


def test_two_thousand_checks_leak_nothing() -> None:
    """One block kept in every other check would be seen."""
    before = _blocks(2)  # what is compiled, cached or imported once
    growth = _blocks(ROUNDS) - before
    assert len(subjects()) * ROUNDS > 2000
    assert growth < 1000
