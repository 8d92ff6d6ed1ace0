"""`cleanroom check --against REVISION`: who has consented to what has changed, in the reports of `check`."""

from __future__ import annotations

import json
import re
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cli.check.cache import remembered
from cli.check.request import CheckRequest, PolicyOptions
from cli.check.results import Checked
from tests.cli.calling import Cleanroom
from tests.cli.small_room import write_room

CONSENT = """\
version: 2
sign_offs:
  - {{old: {old}, new: {new}, author: a, reviewer: {reviewer}, date: {day}, reason: a room is needed}}
"""
DAY = "2026-01-15"
NAME = "loosening_without_sign_off"


def _commit(folder: Path) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@b.c")
    for words in (("init",), ("add", "."), ("commit", "-m", "a state")):
        subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True)  # noqa: S603, S607 - our own words


@pytest.fixture
def _loosened(tmp_path: Path, cleanroom: Cleanroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """A repository whose room shows smaller groups than git has it."""
    folder, _ = write_room(tmp_path)
    room = folder / "room.yaml"
    changed = room.read_text()
    room.write_text(changed.replace("minimum: 2", "minimum: 25"))
    _commit(tmp_path)
    room.write_text(changed)
    monkeypatch.chdir(tmp_path)


def _asked(cleanroom: Cleanroom, *words: str) -> tuple[int, list[dict[str, Any]]]:
    done = cleanroom("check", "room", "--format", "json", *words)
    findings = json.loads(done.stdout)["policies"]["findings"]
    return done.exit_code, [one for one in findings if one["rule"] == NAME]


def _said(cleanroom: Cleanroom) -> dict[str, str]:
    """Return what `cleanroom diff` prints of the same change."""
    found: dict[str, str] = json.loads(cleanroom("diff", "HEAD:room", "room", "--format", "json").stdout)
    return found


@pytest.mark.usefixtures("_loosened")
def test_a_loosening_fails_until_somebody_signs_it_off(cleanroom: Cleanroom) -> None:
    code, [finding] = _asked(cleanroom, "--only", NAME, "--against", "HEAD")
    assert (code, finding["standing"], finding["target"]) == (1, "fails", "change of room")
    assert finding["location"] == {"file": "room/room.yaml", "line": 1, "column": 1, "length": 1}
    assert finding["message"] == (
        "nobody has signed off this change; it loosens 'small/memberships/111111111111/configured_tables/transactions/"
        "analysis_rule/aggregation/output_constraints/household_id/minimum'; a sign-off of this change says "
        f"old: {_said(cleanroom)['old']}, new: {_said(cleanroom)['new']}"
    )
    told = cleanroom("diff", "HEAD:room", "room").stdout.partition("signoff.yaml:\n")[2]
    for name in ("author", "reviewer", "reason"):
        told = told.replace(f"{name}:", f"{name}: {name}")
    Path("room/signoff.yaml").write_text(told)
    assert _asked(cleanroom, "--only", NAME, "--against", "HEAD") == (0, [])


@pytest.mark.usefixtures("_loosened")
def test_it_is_asked_beside_the_policies_on_rooms(cleanroom: Cleanroom) -> None:
    done = cleanroom("check", "room", "--against", "HEAD", "--format", "sarif")
    [run] = json.loads(done.stdout)["runs"]
    assert {"unstated_purpose", NAME} <= {result["ruleId"] for result in run["results"]}
    assert _asked(cleanroom)[1] == []
    assert _asked(cleanroom, "--only", "low_minimum", "--against", "HEAD")[1] == []
    assert _asked(cleanroom, "--only", NAME, "--against", "HEAD", "--no-cache")[0] == 1


@pytest.mark.usefixtures("_loosened")
def test_its_level_is_that_of_the_revision(cleanroom: Cleanroom) -> None:
    Path("policies.yaml").write_text(f"policies: {{{NAME}: {{level: disabled}}}}")
    code, [finding] = _asked(cleanroom, "--only", NAME, "--against", "HEAD")
    assert (code, finding["standing"]) == (1, "fails")
    assert "and 1 more; cleanroom diff shows all" in finding["message"]


@pytest.mark.usefixtures("_loosened")
def test_a_finding_is_shown_in_the_room_that_loosens(cleanroom: Cleanroom) -> None:
    """Other rooms of the folder are alike; a room that the revision does not have is judged as an added one."""
    text = Path("room/room.yaml").read_text()
    Path("rooms/one").mkdir(parents=True)
    Path("rooms/one/room.yaml").write_text(text.replace("name: small", "name: one", 1))
    _commit(Path.cwd())
    Path("rooms/two").mkdir()
    Path("rooms/two/room.yaml").write_text(text.replace("name: small", "name: two", 1))
    for folder in ("rooms", "rooms/two", "rooms/two/room.yaml"):
        done = cleanroom("check", folder, "--only", NAME, "--against", "HEAD", "--format", "json")
        [finding] = json.loads(done.stdout)["policies"]["findings"]
        assert finding["location"]["file"] == "rooms/two/room.yaml"
        assert finding["message"].startswith("nobody has signed off this change; it loosens 'two'; a sign-off of this ")
    digests = dict(re.findall(r"(old|new): (\w+)", finding["message"]))
    Path("rooms/two/signoff.yaml").write_text(CONSENT.format(**digests, reviewer="b", day=DAY))
    assert cleanroom("check", "rooms/two/room.yaml", "--only", NAME, "--against", "HEAD").exit_code == 0


@pytest.mark.usefixtures("_loosened")
def test_decisions_of_the_revision_are_about_an_added_room(cleanroom: Cleanroom) -> None:
    """They stand above it; those that come with the room excuse nothing."""
    Path("policies.yaml").write_text(f"policies: {{{NAME}: {{level: advisory}}}}")
    _commit(Path.cwd())
    Path("policies.yaml").write_text(f"policies: {{{NAME}: {{level: disabled}}}}")
    Path("rooms").mkdir()
    Path("room").rename("rooms/two")
    done = cleanroom("check", "rooms/two", "--only", NAME, "--against", "HEAD", "--format", "json")
    [finding] = json.loads(done.stdout)["policies"]["findings"]
    assert (done.exit_code, finding["standing"]) == (0, "advises")


def test_a_room_outside_of_the_repository(
    cleanroom: Cleanroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_room(tmp_path)
    (tmp_path / "repository").mkdir()
    (tmp_path / "repository" / "a").write_text("a")
    _commit(tmp_path / "repository")
    monkeypatch.chdir(tmp_path / "repository")
    done = cleanroom("check", "../room", "--against", "HEAD")
    assert (done.exit_code, "is outside of the repository" in " ".join(done.stderr.split())) == (2, True)


@pytest.mark.usefixtures("_loosened")
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--only", NAME), "say which state the rooms had before by --against REVISION"),
        (("--against", "HEAD:room"), "--against takes the revision alone, such as 'origin/main'"),
        (("--against", "nowhere"), "git does not know it"),
        (("--against", ""), "git does not know it"),
        (("--against", "HEAD", "--no-policies"), "--against: is about policies; leave out --no-policies"),
        (("--only", "low_minimum", "--no-policies"), "--only: is about policies; leave out --no-policies"),
    ],
)
def test_mistakes(cleanroom: Cleanroom, words: tuple[str, ...], message: str) -> None:
    done = cleanroom("check", "room", *words)
    assert done.exit_code == 2
    assert message in " ".join(done.stderr.replace("│", " ").split())


@pytest.mark.usefixtures("_loosened")
def test_it_is_asked_each_time(tmp_path: Path) -> None:
    """A branch moves without a file of the rooms being touched."""
    request = CheckRequest((tmp_path / "room",), policies=PolicyOptions(), against="HEAD")
    times = 0

    def judge() -> Checked:
        nonlocal times
        times += 1
        return Checked(())

    for _ in range(2):
        remembered(request, date(2027, 1, 15), judge)
    assert times == 2
