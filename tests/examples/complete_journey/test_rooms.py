"""The two rooms: valid, complete, and every query judged as its file says."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.rooms.opening_aws import OpenedRoom, open_room
from cli.rooms.subject import Subject
from declarations.loading import load_room
from examples.complete_journey import prepare
from simulator.analysis_rules import judge
from simulator.verdict import Outcome

EXAMPLE = Path(prepare.__file__).parent
ROOMS: dict[str, OpenedRoom] = {name: open_room(EXAMPLE / name) for name in ("reach", "measurement")}
SUBJECTS = [pytest.param(subject, id=f"{name}-{subject.name}") for name in ROOMS for subject in ROOMS[name].subjects]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_query_is_judged_as_its_file_says(subject: Subject) -> None:
    verdict = judge(subject.request)
    outcome, check = subject.expect or (Outcome.ALLOWED, None)
    assert (verdict.outcome, verdict.findings if outcome == Outcome.ALLOWED else ()) == (outcome, ())
    assert check is None or check in {finding.check for finding in verdict.findings}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_query_says_what_it_answers(subject: Subject) -> None:
    assert subject.title


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_has_enough_queries_of_both_kinds(room: str) -> None:
    allowed = [subject for subject in ROOMS[room].subjects if subject.expect is None]
    refused = [subject.expect for subject in ROOMS[room].subjects if subject.expect and subject.expect[0] == "denied"]
    assert len(allowed) >= 10
    assert all(check for _, check in refused), "each names the check that refuses it"
    assert len(set(refused)) >= 8, "and there are enough different ones"


@pytest.mark.parametrize("room", ROOMS)
def test_every_query_file_is_judged(room: str) -> None:
    files = {path.resolve() for path in (EXAMPLE / room / "queries").rglob("*.sql")}
    assert files == {subject.path for subject in ROOMS[room].subjects}


def test_the_room_in_python_is_the_room_in_yaml() -> None:
    assert load_room(EXAMPLE / "reach" / "room.py").room == ROOMS["reach"].room
