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
    return " ".join(cleanroom("diff", str(old), str(new)).stdout.partition(" change loosens,")[0].split())


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("", "policies: {low_minimum: {level: disabled}}", "policies/low_minimum/level was mandatory, is disabled"),
        ("policies: {own: {level: advisory}}", "policies: {}", "policies/own/level was advisory, is its own"),
        ("baseline: true", "baseline: false", "policies.yaml/baseline was true, is false"),
        ("packs: [own]", "packs: []", "policies.yaml/packs/own is gone: its policies are not asked"),
        ("packs: []", "packs: [own]", "policies.yaml/packs/own is new: its code is run"),
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


def test_the_code_of_an_own_pack_is_compared(cleanroom: Cleanroom, states: tuple[Path, Path]) -> None:
    old, new = states
    for state in states:
        (state / "policies.yaml").write_text("packs: [own]")
        (state / "own" / "__pycache__").mkdir(parents=True)
        (state / "own" / "registry.py").write_text("raise SystemExit(70)  # code is not run")
        (state / "own" / "__pycache__" / state.name).touch()
    assert cleanroom("diff", str(old), str(new)).exit_code == 0
    (new / "own" / "registry.py").write_text("POLICIES = ()")
    (new / "own" / "limits.csv").symlink_to("elsewhere")
    told = _told(cleanroom, old, new)
    assert told == "loosens policies.yaml/packs/own its code changes: 'limits.csv', 'registry.py' 1"


def _evidence(state: Path, day: str, findings: str = "") -> None:
    text = f'{{"account": "111111111111", "region": "us-east-1", "pulledAt": "2027-01-{day}T00:00:00Z", {findings}'
    (state / "evidence.json").write_text(text.rstrip(", ") + "}")


def test_a_newer_word_of_macie_is_no_decision(cleanroom: Cleanroom, states: tuple[Path, Path]) -> None:
    old, new = states
    for state in states:
        (state / "policies.yaml").write_text("baseline: true")
    _evidence(old, "10", '"findings": [{"id": "a"}]')
    _evidence(new, "11", '"findings": [{"id": "a"}, {"id": "b"}]')
    told = cleanroom("diff", str(old), str(new))
    assert told.exit_code == 0
    assert "policies.yaml/evidence/111111111111\n    was pulled at 2027-01-10" in told.stdout
    assert "policies.yaml/evidence/111111111111/findings/b\n    is new" in told.stdout
    back = cleanroom("diff", str(new), str(old))
    assert back.exit_code == 1
    assert "policies.yaml/evidence/111111111111/findings/b\n    is gone" in back.stdout
    assert ": no newer word" in " ".join(back.stdout.split())


def test_evidence_that_comes_or_goes_has_to_be_looked_at(cleanroom: Cleanroom, states: tuple[Path, Path]) -> None:
    old, new = states
    for state in states:
        (state / "policies.yaml").write_text("evidence: evidence.json")
    _evidence(new, "11")
    assert "evidence/111111111111 is new: policies that asked for it can pass" in _told(cleanroom, old, new)
    assert "evidence/111111111111 is gone: findings are not known" in _told(cleanroom, new, old)


def test_decisions_that_the_command_line_names_are_compared(
    cleanroom: Cleanroom, states: tuple[Path, Path], tmp_path: Path
) -> None:
    old, new = states
    for state, level in zip(states, ("mandatory", "disabled"), strict=True):
        (state / "company.yaml").write_text(f"policies: {{low_minimum: {{level: {level}}}}}")
    assert cleanroom("diff", str(old), str(new)).exit_code == 0
    told = cleanroom("diff", str(old), str(new), "--policies", str(new / "company.yaml"))
    assert told.exit_code == 1
    assert "company.yaml/policies/low_minimum/level\n    was mandatory, is disabled" in told.stdout
    outside = shutil.copy(new / "company.yaml", tmp_path)
    assert cleanroom("diff", str(old), str(new), "--policies", outside).exit_code == 0


def _committed(folder: Path) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@b.c")
    for words in (("init",), ("add", "."), ("commit", "-m", "first")):
        subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True)  # noqa: S603, S607 - our own words


@pytest.mark.parametrize("named", [(), ("--policies", "company.yaml")])
def test_own_packs_of_a_revision_come_along(
    cleanroom: Cleanroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: tuple[str, ...]
) -> None:
    write_room(tmp_path)
    settings = tmp_path / (named[1] if named else "policies.yaml")
    settings.write_text("packs: [company/own]")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / settings.name).write_text("no decisions")
    (tmp_path / "company" / "own").mkdir(parents=True)
    (tmp_path / "company" / "own" / "registry.py").write_text("POLICIES = ()")
    (tmp_path / "company" / "own" / "limits.txt").write_text("10")
    _committed(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert (
        cleanroom("diff", "HEAD:room", "room", *named).stdout
        == "0 changes loosen, 0 tighten, 0 leave privacy as it is\n"
    )
    (tmp_path / "company" / "own" / "limits.txt").write_text("2")
    told = cleanroom("diff", "HEAD:room", "room", *named).stdout
    assert f"../{settings.name}/packs/company/own\n    its code changes: 'limits.txt'" in told


def test_decisions_above_the_rooms_of_a_revision_are_read(
    cleanroom: Cleanroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_room(tmp_path)
    (tmp_path / "policies.yaml").write_text("baseline: true\n")
    _committed(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert cleanroom("diff", "HEAD:room", "room").stdout == "0 changes loosen, 0 tighten, 0 leave privacy as it is\n"
    (tmp_path / "policies.yaml").write_text("policies: {low_minimum: {level: advisory}}")
    assert "../policies.yaml/policies/low_minimum/level" in cleanroom("diff", "HEAD:room", "room").stdout
