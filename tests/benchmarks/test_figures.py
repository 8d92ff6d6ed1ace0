"""A figure is of work that was done, and says whether its aims are met."""

from __future__ import annotations

import subprocess

import pytest

from benchmarks.figures import Figure, at_least, at_most, process_seconds


def test_a_command_that_fails_is_no_figure() -> None:
    with pytest.raises(subprocess.CalledProcessError):
        process_seconds(["--no-such-option"], rounds=1)


@pytest.mark.parametrize(("number", "met"), [(1.9, [True, False]), (2, [True, True]), (2.1, [False, True])])
def test_aims_are_compared_with_their_numbers(number: float, met: list[bool]) -> None:
    figure = Figure("work", number, "s", number, "a peer", ratio_aim=at_least(2), aim=at_most(2))
    assert [is_met for _, is_met in figure.aims()] == met
    assert [str(aim) for aim, _ in figure.aims()] == ["<= 2", ">= 2"]


def test_without_aims_nothing_is_missed() -> None:
    assert list(Figure("work", 9, "s", ratio=9, peer="a peer").aims()) == []
