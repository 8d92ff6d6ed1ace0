"""Paths at which no file can be: every command says so, with exit code 2, and never as a defect or a failed write."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from cli.main import COMMANDS
from tests.cli.calling import Cleanroom
from tests.cli.small_room import write_room

EXAMPLE = Path(__file__).parents[3] / "examples" / "bigquery_exams"

PLACES = [
    "init PATH --member A=111111111111 --member B=222222222222",
    "init ROOM/new --member A=111111111111 --member B=222222222222 --table rows=PATH",
    "check PATH",
    "check ROOM PATH",
    "check ROOM --policies PATH",
    "check ROOM --report json=PATH",
    "diff PATH ROOM",
    "diff ROOM ROOM --signoff PATH",
    "explain PATH",
    "explain ROOM --query PATH",
    "run PATH average_score",
    "run ROOM PATH",
    "run ROOM average_score --data PATH",
    "run ROOM average_score --ledger PATH",
    "run ROOM average_score --dry-run --output PATH",
    "budget PATH",
    "budget ROOM --ledger PATH",
    "plan PATH",
    "plan ROOM PATH",
    "plan ROOM --picture PATH",
    "plan ROOM --ledger PATH",
    "doctor PATH",
    "doctor --stack PATH",
    "render bigquery PATH",
    "render bigquery ROOM --output PATH",
    "render bigquery ROOM --against PATH",
    "apply bigquery PATH",
    "schema --output PATH",
    "serve --room PATH --port 0",
    "serve --state PATH --port 0",
    "pull --membership m --output PATH",
    "evidence pull --output PATH",
    "policy list --policies PATH",
    "policy check-state PATH",
    "policy new unnamed_owner --subject collaboration --pack PATH",
]


@pytest.fixture
def room(tmp_path: Path) -> Path:
    return shutil.copytree(EXAMPLE, tmp_path / "exams", ignore=shutil.ignore_patterns(".*"))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", ["long", "loop"])
def test_a_path_that_no_file_can_have(cleanroom: Cleanroom, room: Path, tmp_path: Path, place: str, kind: str) -> None:
    loop = tmp_path / "loop.sql"
    loop.symlink_to(loop.name)
    path = {"long": "a" * 300, "loop": str(loop)}[kind]
    outcome = cleanroom(*place.replace("ROOM", str(room)).replace("PATH", path).split())
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert "internal error" not in outcome.stderr
    assert not outcome.stderr.startswith("cannot write")


def test_every_command_is_among_the_places() -> None:
    assert {command.__name__ for command in COMMANDS} <= {place.split()[0] for place in PLACES}


def test_what_is_said(cleanroom: Cleanroom, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    said = cleanroom("check", str(tmp_path / "loop")).stderr
    assert said == f"{tmp_path / 'loop'}: cannot be looked up: Too many levels of symbolic links\n"


def test_a_loop_among_the_queries(cleanroom: Cleanroom, room: Path) -> None:
    (room / "queries" / "loop.sql").symlink_to("loop.sql")
    outcome = cleanroom("check", str(room))
    assert outcome.exit_code == 2
    assert "loop.sql: cannot be read: Too many levels of symbolic links" in " ".join(outcome.stderr.split())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_beside_the_room_is_not_waited_for(cleanroom: Cleanroom, tmp_path: Path) -> None:
    room, _ = write_room(tmp_path)
    os.mkfifo(room / "pipe")
    assert cleanroom("check", str(room), "--no-policies").exit_code == 0
