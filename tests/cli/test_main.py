"""How a command ends when something other than its answer happens."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import cli.main
from cli.exit_codes import ExitCode
from tests.cli.calling import Cleanroom

REACH = "examples/complete_journey/reach"
SCRIPT = str(Path(sys.executable).with_name("cleanroom"))
ROOT = Path(__file__).parents[2]


def _interrupted_run() -> KeyboardInterrupt:
    error = KeyboardInterrupt()
    error.add_note("this run is not charged")
    return error


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (
            _interrupted_run(),
            ExitCode.INTERRUPTED,
            "interrupted; this run is not charged; what was",
        ),
        (KeyboardInterrupt(), ExitCode.INTERRUPTED, "interrupted; what was charged before stays charged"),
        (RuntimeError("Query interrupted"), ExitCode.INTERRUPTED, "interrupted; what was charged before stays charged"),
        (RuntimeError("else"), ExitCode.INTERNAL, "internal error: RuntimeError: else"),
        (KeyError("x"), ExitCode.INTERNAL, "internal error: KeyError: 'x'"),
        (OSError(36, "too long", "x"), ExitCode.INTERNAL, "internal error: OSError: [Errno 36] too long: 'x'"),
    ],
)
def test_what_is_raised_becomes_one_line_and_a_code(
    cleanroom: Cleanroom, monkeypatch: pytest.MonkeyPatch, raised: BaseException, code: ExitCode, said: str
) -> None:
    """A defect must never look like a verdict."""

    def fail(**_: object) -> None:
        raise raised

    monkeypatch.setattr(cli.main, "app", fail)
    outcome = cleanroom("check", REACH)
    assert outcome.exit_code == code
    assert outcome.stderr.startswith(said)
    assert "Traceback" not in outcome.stderr


def test_a_full_disk_is_told() -> None:
    """The answer cannot be written: one line, exit 2."""
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        finished = subprocess.run(  # noqa: S603 - our own command
            [SCRIPT, "check", REACH, "--format", "json"], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert finished.returncode == ExitCode.INPUT
    assert finished.stderr.decode().strip() == "cannot write: No space left on device"


def _wait_until_handled(process: int, number: signal.Signals) -> None:
    """Wait until the process has a handler of its own for the signal."""
    status = Path(f"/proc/{process}/status")
    for _ in range(600):
        caught = next(line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("SigCgt"))
        if int(caught.split()[1], 16) >> (number - 1) & 1:
            return
        time.sleep(0.1)
    pytest.fail("the process never took the signal into its own hands")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="looks at /proc to know when the process listens")
def test_a_request_to_end_ends_like_ctrl_c() -> None:
    """SIGTERM, as continuous integration sends it."""
    running = subprocess.Popen(  # noqa: S603 - our own command
        [SCRIPT, "plan", "examples/complete_journey/measurement", "--paths", "1000000"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    _wait_until_handled(running.pid, signal.SIGTERM)
    os.kill(running.pid, signal.SIGTERM)
    _, said = running.communicate(timeout=60)
    assert running.returncode == ExitCode.INTERRUPTED
    assert "Traceback" not in said.decode()


INTERRUPTED = "interrupted; what was charged before stays charged: see cleanroom budget\n"


def _interrupting(folder: Path, number: str) -> Path:
    """A room in Python that is interrupted while it is opened stands for whatever takes long."""
    room = folder / "room.py"
    room.write_text(
        "import os, signal, time\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it\n"
        f"os.kill(os.getpid(), signal.{number})\n"
        "time.sleep(60)\n"
    )
    return room


@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("command", [("check", "{room}"), ("run", "{room}", "weeks")])
def test_an_interrupted_process_says_what_stays(tmp_path: Path, command: tuple[str, ...], number: str) -> None:
    room = _interrupting(tmp_path, number)
    words = [SCRIPT, *(word.format(room=room) for word in command)]
    finished = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    assert (finished.returncode, finished.stderr, finished.stdout) == (ExitCode.INTERRUPTED, INTERRUPTED, "")


@pytest.mark.parametrize(
    "command", [("check", "{room}"), ("budget", "{room}"), ("run", "{room}", "weeks"), ("diff", "{room}", "{room}")]
)
def test_an_interrupted_command_says_what_stays(cleanroom: Cleanroom, tmp_path: Path, command: tuple[str, ...]) -> None:
    room = _interrupting(tmp_path, "SIGINT")
    outcome = cleanroom(*[word.format(room=room) for word in command])
    assert (outcome.exit_code, outcome.stderr, outcome.stdout) == (ExitCode.INTERRUPTED, INTERRUPTED, "")
