"""How a command ends when something other than its answer happens."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import cli.main
from cli.console.exit_codes import ExitCode
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
            "interrupted; this run is not charged; earlier charges stand",
        ),
        (KeyboardInterrupt(), ExitCode.INTERRUPTED, "interrupted; earlier charges stand"),
        (RuntimeError("Query interrupted"), ExitCode.INTERRUPTED, "interrupted; earlier charges stand"),
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

    monkeypatch.setattr(cli.main, "command_tree", lambda: fail)
    monkeypatch.delenv("CLEANROOM_DEBUG")
    outcome = cleanroom("check", REACH)
    assert outcome.exit_code == code
    assert outcome.stderr.startswith(said)
    assert "Traceback" not in outcome.stderr


@pytest.mark.parametrize("words", [("check", REACH), ("policy", "show", "low_minimum")])
def test_without_docstrings_nothing_starts(words: tuple[str, ...]) -> None:
    """Policies and checks have their pages in docstrings."""
    environment = {**os.environ, "PYTHONOPTIMIZE": "2"}
    ended = subprocess.run([SCRIPT, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    told = "Python runs with -OO or PYTHONOPTIMIZE=2, which removes the texts of policies and checks; run it without"
    assert (ended.returncode, ended.stdout, ended.stderr) == (ExitCode.INPUT, "", f"cleanroom: {told}\n")


def test_a_full_disk_is_told() -> None:
    """The answer cannot be written: one line, exit 2."""
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        finished = subprocess.run(  # noqa: S603 - our own command
            [SCRIPT, "check", REACH, "--format", "json"], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert finished.returncode == ExitCode.INPUT
    assert finished.stderr.decode().strip() == "cannot write: No space left on device"


_DENIED = ("check", REACH, "refused/household_ids_listed", "--format", "json")


@pytest.mark.parametrize("words", [_DENIED, ("check", REACH), ("--help",), ("check", "--help"), ("policy", "list")])
def test_a_reader_that_stops_reading_is_told_no_verdict(words: tuple[str, ...]) -> None:
    """As `cleanroom ... | head` may see it: 1 would mean denied."""
    reading, writing = os.pipe()
    os.close(reading)
    command = [SCRIPT, *words]
    finished = subprocess.run(command, cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, check=False)  # noqa: S603 - our own command
    os.close(writing)
    assert (finished.returncode, finished.stderr) == (ExitCode.UNREAD, b"")


@pytest.mark.parametrize("words", [("check", "absent"), ("absent",), ("check", "--absent")])
def test_a_mistake_that_nobody_reads_ends_the_same_way(words: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [SCRIPT, *words]
    finished = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=writing, check=False)  # noqa: S603 - our own command
    os.close(writing)
    assert (finished.returncode, finished.stdout) == (ExitCode.UNREAD, b"")


def test_what_the_parser_warns_of_is_not_told_beside_the_findings(tmp_path: Path) -> None:
    """The script silences it for itself; whoever imports the product keeps the logging that they have set up."""
    query = tmp_path / "path.sql"
    query.write_text("SELECT get_json_object(week, '$[') FROM transactions", encoding="utf-8")
    command = [SCRIPT, "check", REACH, str(query)]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)  # noqa: S603 - our own command
    assert (finished.returncode, finished.stderr) == (ExitCode.DENIED, b"")
    assert logging.getLogger("sqlglot").level == logging.NOTSET


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


INTERRUPTED = "interrupted; earlier charges stand (see `cleanroom budget`)\n"


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
