"""`cleanroom diff` sees decisions that are lowered, and what is waived anew."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.calling import Cleanroom
from tests.cli.small_room import write_room

LINE = "            output_constraints: [{column_name: household_id, minimum: 2, type: COUNT_DISTINCT}]"
WAIVER = "  # waive low_minimum until {day} by DPO: why"
WAIVERS = """\
waivers:
  - policy: low_minimum
    target: small/111111111111/configured_tables/transactions
    reason: a pilot
    owner: the privacy office
    expires: {day}
"""


@pytest.fixture
def states(tmp_path: Path) -> tuple[Path, Path]:
    """Two folders with the same room, each a repository of its own."""
    for name in ("old", "new"):
        folder = tmp_path / name
        (folder / ".git").mkdir(parents=True)
        write_room(folder)
    return tmp_path / "old", tmp_path / "new"


def _told(cleanroom: Cleanroom, old: Path, new: Path) -> str:
    return " ".join(cleanroom("diff", str(old), str(new)).stdout.partition(" loosens,")[0].split())


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("", "policies: {low_minimum: {level: disabled}}", "policies/low_minimum/level was mandatory, is disabled"),
        ("policies: {own: {level: advisory}}", "policies: {}", "policies/own/level was advisory, is its own"),
        ("baseline: true", "baseline: false", "policies.yaml/baseline was true, is false"),
        ("packs: [own]", "packs: []", "policies.yaml/packs/own is gone: its policies are not asked"),
        ("packs: []", "packs: [own]", "policies.yaml/packs/own is new: its code is run"),
        ("evidence: a.json", "evidence: b.json", "policies.yaml/evidence was a.json, is b.json"),
        (
            "policies: {low_minimum: {configuration: {minimum: 9}}}",
            "policies: {low_minimum: {configuration: {minimum: 1}}}",
            "policies/low_minimum/configuration was {'minimum': 9}, is {'minimum': 1}",
        ),
    ],
)
def test_a_lowered_decision_loosens(
    cleanroom: Cleanroom, states: tuple[Path, Path], before: str, after: str, message: str
) -> None:
    old, new = states
    (old / "policies.yaml").write_text(before or "baseline: true")
    (new / "policies.yaml").write_text(after)
    assert _told(cleanroom, old, new).startswith("loosens ")
    assert message in _told(cleanroom, old, new)
    assert cleanroom("diff", str(new), str(new)).exit_code == 0


def test_a_raised_level_tightens(cleanroom: Cleanroom, states: tuple[Path, Path]) -> None:
    old, new = states
    (old / "policies.yaml").write_text("policies: {low_minimum: {level: advisory}}")
    assert "was advisory, is mandatory" in _told(cleanroom, old, new)
    assert cleanroom("diff", str(old), str(new)).exit_code == 0


def test_a_waiver_that_comes_or_holds_longer_loosens(cleanroom: Cleanroom, states: tuple[Path, Path]) -> None:
    old, new = states
    for folder in states:
        (folder / "policies.yaml").write_text("baseline: true")
    (new / "waivers.yaml").write_text(WAIVERS.format(day="2027-03-31"))
    where = "waivers/low_minimum on small/111111111111/configured_tables/transactions"
    assert _told(cleanroom, old, new).startswith(f"loosens {where} was not waived, is waived until 2027-03-31")
    (old / "waivers.yaml").write_text(WAIVERS.format(day="2027-01-31"))
    assert cleanroom("diff", str(old), str(new)).exit_code == 1
    assert cleanroom("diff", str(new), str(old)).exit_code == 0


def test_a_comment_that_comes_loosens_and_one_that_moves_along_does_not(
    cleanroom: Cleanroom, states: tuple[Path, Path]
) -> None:
    old, new = (state / "room" / "room.yaml" for state in states)
    text = new.read_text()
    new.write_text(text.replace(LINE, LINE + WAIVER.format(day="2027-03-31")))
    told = _told(cleanroom, *states)
    assert told.startswith("loosens small/low_minimum on memberships/111111111111/configured_tables/transactions/")
    assert "was not waived, is waived until 2027-03-31" in told
    old.write_text("# a line more\n" + new.read_text())
    assert cleanroom("diff", *map(str, states)).exit_code == 0
    old.write_text(text.replace("      - name: transactions\n", "      - name: transactions" + WAIVER.format(day="2027-03-31") + "\n", 1))  # fmt: skip # noqa: E501 - one line of a file
    assert cleanroom("diff", *map(str, states)).exit_code == 1


def test_decisions_above_the_rooms_of_a_revision_are_read(
    cleanroom: Cleanroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_room(tmp_path)
    (tmp_path / "policies.yaml").write_text("baseline: true\n")
    identity = ("-c", "user.name=a", "-c", "user.email=a@b.c")
    for words in (("init",), ("add", "."), ("commit", "-m", "first")):
        subprocess.run(["git", *identity, *words], cwd=tmp_path, check=True, capture_output=True)  # noqa: S603, S607 - our own words
    monkeypatch.chdir(tmp_path)
    assert cleanroom("diff", "HEAD:room", "room").stdout == "0 loosens, 0 tightens, 0 leaves\n"
    (tmp_path / "policies.yaml").write_text("policies: {low_minimum: {level: advisory}}")
    assert "../policies.yaml/policies/low_minimum/level" in cleanroom("diff", "HEAD:room", "room").stdout
    shutil.rmtree(tmp_path / ".git")
