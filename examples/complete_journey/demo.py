"""The main job on real data, with the real commands: `python -m examples.complete_journey.demo`.

Each command is printed before its output. Budgets are spent from a ledger of the demo's own, new in every run.
"""

from __future__ import annotations

import contextlib
import shlex
import sys
import textwrap
import time
from dataclasses import dataclass
from pathlib import Path

from cli.main import main as cleanroom
from examples.complete_journey.prepare import prepare
from simulator.privacy.ledger import Ledger

EXAMPLE = Path(__file__).parent
BRAND = "222222222222"
LEDGER = ("--ledger", "demo.ledger.sqlite")
WIDTH = 80


@dataclass(frozen=True, slots=True)
class Step:
    """One command of the demo.

    Attributes:
        why: What it is to show; one or two sentences.
        command: The words after `cleanroom`.
        exit_code: What the command must return.
    """

    why: str
    command: tuple[str, ...]
    exit_code: int = 0


STEPS = (
    Step(
        "Every query of a room is judged against every member's rules. The refused ones say so in their files "
        "(-- expect:), so they are as expected.",
        ("check", "reach"),
    ),
    Step(
        "One refused query: what is wrong, where, by whose rule, and what would be allowed.",
        ("check", "reach", "refused/filter_on_join_column"),
    ),
    Step(
        "An allowed query on 1.5 million real rows. Groups below 25 households are removed, as the rule demands.",
        ("run", "reach", "redemptions_by_campaign", "--as", BRAND),
    ),
    Step(
        "What is not allowed is not run.",
        ("run", "reach", "refused/runner_join_missing", "--as", BRAND),
        exit_code=1,
    ),
    Step("The second room has differential privacy. What does its budget carry?", ("budget", "measurement", *LEDGER)),
    Step(
        "How often do households come? With noise, and beside it the answer that nobody would get.",
        ("run", "measurement", "visit_frequency", "--as", BRAND, "--exact", *LEDGER),
    ),
    Step("That has been paid for.", ("budget", "measurement", *LEDGER)),
)
"""The demo, in order; paths are relative to the folder of the example."""


def as_typed(command: tuple[str, ...]) -> str:
    """Return the command as one would type it, continued on further lines where it is longer than 80 columns."""
    lines = textwrap.wrap(
        shlex.join(("cleanroom", *command)),
        WIDTH - 2,  # room for the backslash
        initial_indent="$ ",
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return " \\\n".join(lines)


def show(step: Step) -> None:
    """Print a step's reason and command, then run it.

    Raises:
        SystemExit: The command did not return the expected exit code.
    """
    sys.stdout.write("\n" + textwrap.fill(step.why, WIDTH, initial_indent="# ", subsequent_indent="# ") + "\n")
    sys.stdout.write(as_typed(step.command) + "\n")
    sys.stdout.flush()
    with contextlib.redirect_stderr(sys.stdout):  # in order, also when piped
        code = cleanroom(list(step.command))
    if code != step.exit_code:
        sys.exit(f"the demo expected exit code {step.exit_code}, found {code}")


def main() -> None:
    """Prepare the rows, then show every step."""
    started = time.perf_counter()
    prepare()
    for old in EXAMPLE.glob(f"{LEDGER[1]}*"):
        old.unlink()
    Ledger(EXAMPLE / LEDGER[1])
    sys.stdout.write(f"$ cd {EXAMPLE.relative_to(EXAMPLE.parents[1])}\n")
    with contextlib.chdir(EXAMPLE):
        for step in STEPS:
            show(step)
    sys.stdout.write(f"\n# All of this took {time.perf_counter() - started:.1f} s.\n")


if __name__ == "__main__":
    main()
