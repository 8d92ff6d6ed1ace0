"""Clean rooms as tests: chosen by name and marker, run in parallel, told to CI."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.cli.small_room import write_room

WAIVER = "  # waive unstated_purpose until 2099-01-01 by me: a rehearsal"


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """A room with a low minimum, a waiver, evidence that nobody pulled, and a query that is refused."""
    (tmp_path / ".git").mkdir()
    room, _ = write_room(tmp_path)
    file = room / "room.yaml"
    text = file.read_text().replace("household_id: string", "household_id: {type: string, pii: hashed_email}")
    source = "    data_sources: [{name: lake, bucket: lake, database_name: lake, table_name: transactions}]\n"
    text = text.replace("    configured_tables:\n", f"{source}    configured_tables:\n")
    file.write_text(text.replace("collaboration:\n", f"collaboration:{WAIVER}\n", 1))
    (room / "queries").mkdir()
    (room / "queries" / "ids.sql").write_text("SELECT household_id FROM transactions\n")
    return room


def _pytest(room: Path, *words: str) -> str:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "-p",
        "cli.pytest_plugin",
        "--rooms",
        str(room),
    ]
    run = subprocess.run([*command, *words], cwd=room.parent, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    return run.stdout + run.stderr


def test_chosen_by_name(room: Path) -> None:
    text = _pytest(room, "-k", "low_minimum or unstated_purpose or unscanned_source", "-rs", "--strict-markers")
    assert "2 failed, 1 skipped" in text
    assert re.search(r"room/room\.yaml:\d+:\d+: low_minimum: groups of 2 people are shown", text)
    assert "waived until 2099-01-01 by me: a rehearsal" in text
    assert "there is no evidence of Macie" in text
    assert "1 failed" in _pytest(room, "-k", "low_minimum or unscanned_source", "--allow-unknown")


def test_chosen_by_marker_in_parallel_and_told_to_ci(room: Path, tmp_path: Path) -> None:
    report = tmp_path / "policies.xml"
    text = _pytest(room, "-n", "2", "-m", "policy_high", f"--junitxml={report}")
    assert " passed" in text
    cases = list(ET.parse(report).getroot().iter("testcase"))  # noqa: S314 - our own document
    names = {case.get("name") for case in cases}
    assert {"low_minimum[small/111111111111/configured_tables/transactions]", "query[small/ids]"} <= names
    assert not any(str(name).startswith("unstated_purpose[") for name in names)
    failed = {case.get("name") for case in cases if case.find("failure") is not None}
    assert "query[small/ids]" in failed


def test_a_mistake_in_a_room_is_told_without_a_stack_trace(room: Path) -> None:
    (room / "room.yaml").write_text("region: nowhere\n")
    text = _pytest(room)
    assert "room.yaml:1:9" in text
    assert "Traceback" not in text
