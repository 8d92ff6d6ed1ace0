"""The demo ends well, and is readable in 80 columns and without colour when piped."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from examples.complete_journey import demo

ROOT = Path(demo.__file__).parents[2]


def test_the_piped_demo() -> None:
    """One test, because the demo spends from one ledger file and tests may run side by side."""
    finished = subprocess.run(
        [sys.executable, "-m", "examples.complete_journey.demo"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=60,
    )
    printed = finished.stdout
    assert finished.returncode == 0, printed
    places = [printed.index(demo.as_typed(step.command)) for step in demo.STEPS[:-1]]
    assert places == sorted(places), "every command stands before its output"
    for shown in (
        "all as expected",
        "so it was not run",
        "22 rows removed by thresholds",
        "never available in the service",
    ):
        assert shown in printed
    assert printed.count("utility used") == 2
    assert "\x1b" not in printed, "no colour in a pipe"
    long = [line.strip() for line in printed.splitlines() if len(line) > demo.WIDTH]
    assert [line for line in long if not line.startswith("https://")] == [], "only an address is not broken"


@pytest.mark.parametrize("step", demo.STEPS, ids=lambda step: " ".join(step.command[:3]))
def test_a_long_command_is_continued_as_a_shell_would_read_it(step: demo.Step) -> None:
    lines = demo.as_typed(step.command).split("\n")
    assert all(line.endswith(" \\") for line in lines[:-1])
    assert all(len(line) <= demo.WIDTH for line in lines)
    assert " ".join(line.removesuffix("\\").strip() for line in lines) == "$ cleanroom " + " ".join(step.command)
