"""The ledger under several processes, and under processes that are killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from simulator.privacy.accounts import Account, BudgetKind, EntryState, Limit
from simulator.privacy.ledger import Ledger
from simulator.privacy.periods import Period
from tests.simulator.privacy import killed_run
from tests.simulator.privacy.reserving import still_open

SPEND = Path(__file__).with_name("spend.py")
CHURN = Path(__file__).with_name("churn.py")
KILLED_RUN = Path(killed_run.__file__)
PROCESSES = 8
LIMIT = 30


def start(ledger: Path, rounds: int, limit: int, *step: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(SPEND), str(ledger), str(rounds), str(limit), *step]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # noqa: S603 - our own


def churn(ledger: Path, seed: int) -> subprocess.Popen[str]:
    command = [sys.executable, str(CHURN), str(ledger), str(seed), "15"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # noqa: S603 - our own


def account(limit: int) -> Account:
    return Account("room", "111111111111", "t", BudgetKind.ACCESS_BUDGET, (Limit(Period.LIFETIME, Fraction(limit)),))


def test_eight_processes_spend_the_budget_to_the_last_use_and_no_more(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"  # the processes also race to create it
    processes = [start(path, LIMIT, LIMIT) for _ in range(PROCESSES)]
    results = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0] * PROCESSES, results
    answers = [line for output, _ in results for line in output.splitlines()]
    assert len(answers) == len(set(answers)) == LIMIT
    assert Ledger(path).remaining(account(LIMIT), datetime.now(UTC)) == 0


@pytest.mark.parametrize(
    ("step", "answers", "spent", "left_open"),
    [
        ("before_reserve", 2, 2, 0),
        ("inside_transaction", 2, 2, 0),
        ("after_reserve", 2, 3, 1),
        ("after_answer", 3, 3, 1),
        ("after_commit", 3, 3, 0),
    ],
)
def test_a_process_killed_at_a_step_leaves_what_it_released_on_the_books(
    tmp_path: Path, step: str, answers: int, spent: int, left_open: int
) -> None:
    path = tmp_path / "ledger.sqlite"
    process = start(path, 10, 10, step)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert len(output.splitlines()) == answers
    ledger = Ledger(path)
    assert ledger.spent(account(10), datetime.now(UTC)) == spent
    assert len(still_open(ledger, account(10))) == left_open


@settings(max_examples=2, derandomize=True, phases=[Phase.generate])
@given(st.integers(0, 10**6))
def test_no_steps_of_eight_processes_overspend(seed: int) -> None:
    """Reserve, commit, release and refresh in any order; each process looks at all books after each of its steps."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.sqlite"
        processes = [churn(path, seed + number) for number in range(PROCESSES)]
        said = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0] * PROCESSES, said
    everything = " ".join(output for output, _ in said)
    assert all(step in everything for step in ("loss", "use", "commit", "release", "refresh"))


@pytest.mark.parametrize("step", killed_run.STEPS)
def test_a_run_killed_at_a_step_never_shows_less_spent_than_was_released(tmp_path: Path, step: str) -> None:
    path = tmp_path / "ledger.sqlite"
    command = [sys.executable, str(KILLED_RUN), str(path), step]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603 - our own
    assert done.returncode == -signal.SIGKILL, done.stderr
    (_,) = done.stdout.splitlines()
    ledger, now = Ledger(path), datetime.now(UTC)
    reserved = 1 if step == "before_reserve" else 2
    privacy, unit = killed_run.SETTINGS.account, killed_run.SETTINGS.model.unit_rho(30)
    assert ledger.spent(privacy, now) == reserved * unit
    assert ledger.spent(killed_run.USES, now) == reserved
    unfinished = {"before_reserve": (0, 0), "after_commit": (0, 1)}.get(step, (1, 1))
    assert tuple(len(still_open(ledger, each)) for each in (privacy, killed_run.USES)) == unfinished


def test_processes_killed_at_any_moment_never_leave_less_than_they_released(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    Ledger(path)
    answers = 0
    for attempt in range(3):
        processes = [start(path, 10_000, 1_000_000) for _ in range(2)]
        assert processes[0].stdout is not None
        answers += len(processes[0].stdout.readline().splitlines())
        time.sleep(0.037 * attempt)
        for process in processes:
            process.kill()
        answers += sum(len(process.communicate(timeout=60)[0].splitlines()) for process in processes)
        ledger = Ledger(path)
        entries = ledger.history(account(1_000_000))
        assert ledger.spent(account(1_000_000), datetime.now(UTC)) == len(entries) >= answers
        unfinished = [entry for entry in entries if entry.state is EntryState.RESERVED]
        assert len(unfinished) <= 2 * (attempt + 1)
