"""`cleanroom diff` over files and git revisions, with queries judged under both states and consents."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.calling import Cleanroom
from tests.cli.small_room import write_room

QUERY = "SELECT week, COUNT(DISTINCT household_id) AS households FROM transactions GROUP BY week\n"
CONSENT = """\
version: 2
sign_offs:
  - old: {old}
    new: {new}
    author: the retailer's analysts
    reviewer: {reviewer}
    date: {day}
    reason: the pilot is over
"""
DAY = "2026-01-15"


@pytest.fixture
def rooms(tmp_path: Path) -> tuple[Path, Path]:
    """A room with a query, and the same room with a dimension column less."""
    new, _ = write_room(tmp_path)
    (new / "queries").mkdir()
    (new / "queries" / "weeks.sql").write_text(QUERY)
    old = tmp_path / "old"
    shutil.copytree(new, old)
    file = old / "room.yaml"
    file.write_text(file.read_text().replace("dimension_columns: [week]", "dimension_columns: []"))
    return old, new


def _digests(cleanroom: Cleanroom, old: Path, new: Path) -> dict[str, str]:
    found = json.loads(cleanroom("diff", str(old), str(new), "--format", "json").stdout)
    return {"old": found["old"], "new": found["new"]}


def _consent(cleanroom: Cleanroom, old: Path, new: Path, reviewer: str = "the privacy office", day: str = DAY) -> str:
    return CONSENT.format(**_digests(cleanroom, old, new), reviewer=reviewer, day=day)


def test_a_column_and_the_queries_that_it_opens(cleanroom: Cleanroom, rooms: tuple[Path, Path]) -> None:
    old, new = map(str, rooms)
    outcome = cleanroom("diff", old, new)
    assert outcome.exit_code == 1
    assert outcome.stdout.startswith(
        "loosens\n"
        "  small/memberships/111111111111/configured_tables/transactions/analysis_rule/aggregation/dimension_columns\n"
        '    gains "week"\n'
        "  small/queries/weeks\n"
        "    was denied, is allowed\n"
        "\n"
        "2 changes loosen, 0 tighten, 0 leave privacy as it is\n"
        "loosening_without_sign_off: nobody has signed off this change; it loosens\n"
        "'small/memberships/111111111111/configured_tables/transactions/analysis_rule/aggregation/dimension_columns'\n"
        "and 1 more; cleanroom diff shows all\n"
        "to consent to exactly this change, in signoff.yaml:\n"
        "version: 2\n"
    )
    back = cleanroom("diff", new, old)
    assert (back.exit_code, back.stdout.splitlines()[-1]) == (
        0,
        "0 changes loosen, 2 tighten, 0 leave privacy as it is",
    )
    assert cleanroom("diff", old, new, "--allow-loosening").exit_code == 0
    assert cleanroom("diff", old, old).stdout == "0 changes loosen, 0 tighten, 0 leave privacy as it is\n"


REFUSED = "-- expect: denied column_used_only_to_join\nSELECT household_id FROM transactions\n"
WIDER = QUERY.replace("GROUP BY", "WHERE week > 3 GROUP BY")


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        (None, WIDER, "loosens other: is new, and allowed"),
        (None, REFUSED, "tightens other: is new, and denied"),
        (None, QUERY, "leaves other: is new, with the text of 'weeks'"),
        (QUERY, WIDER, "loosens other: has another text; the old one was allowed, the new one is allowed"),
        (REFUSED, QUERY, "loosens other: has another text; the old one was denied, the new one is allowed"),
        (REFUSED, REFUSED + "WHERE week = 1", "loosens other: has another text; the old one was denied, the new one "),
        (WIDER, REFUSED, "tightens other: has another text; the old one was allowed, the new one is denied"),
        (WIDER, None, "leaves other: was removed; it was allowed"),
        (QUERY, None, "leaves other: is called 'weeks' now"),
        (REFUSED, None, "loosens other: was removed; it tested that this query is denied"),
        (REFUSED, "\n".join(REFUSED.split("\n")[1:]), "loosens other: was expected to be denied by column_used_only"),
        (
            REFUSED,
            REFUSED.replace(" column_used_only_to_join", ""),
            "loosens other: was expected to be denied by colum",
        ),
        (REFUSED.replace(" column_used_only_to_join", ""), REFUSED, "tightens other: was expected to be denied, is ex"),
        (QUERY, "-- title: all weeks\n" + QUERY, "leaves other: has another title"),
        (QUERY, "-- a remark\n-- expect: allowed\n" + QUERY, None),
    ],
)
def test_a_query_that_comes_goes_or_changes(
    cleanroom: Cleanroom, rooms: tuple[Path, Path], was: str | None, becomes: str | None, told: str | None
) -> None:
    """The declarations are alike; what is told and what the digests rest on are the same."""
    states = rooms[1].parent / "before", rooms[1].parent / "after"
    for state, text in zip(states, (was, becomes), strict=True):
        shutil.copytree(rooms[1], state)
        if text:
            (state / "queries" / "other.sql").write_text(text)
    found = json.loads(cleanroom("diff", *map(str, states), "--format", "json").stdout)
    changes = [f"{one['effect']} {one['target'].removeprefix('small/queries/')}: " for one in found["changes"]]
    texts = [change + one["message"] for change, one in zip(changes, found["changes"], strict=True)]
    assert any(text.startswith(told) for text in texts) if told else not texts
    same = _digests(cleanroom, states[0], states[0])
    assert (found["old"] == same["old"]) is not bool(told)


def test_markdown_shows_what_loosens_first(cleanroom: Cleanroom, rooms: tuple[Path, Path]) -> None:
    text = cleanroom("diff", *map(str, rooms), "--format", "markdown").stdout
    assert text.startswith(
        "### Privacy diff: 2 changes loosen, 0 tighten, 0 leave privacy as it is\n\n#### Loosens: 2\n"
    )
    assert "| small/queries/weeks | was denied, is allowed |" in text


def test_a_consent_to_exactly_this_change(cleanroom: Cleanroom, rooms: tuple[Path, Path]) -> None:
    old, new = rooms
    (new / "signoff.yaml").write_text(_consent(cleanroom, old, new))
    outcome = cleanroom("diff", str(old), str(new))
    assert outcome.exit_code == 0
    assert outcome.stdout.endswith("signed off on 2026-01-15 by the privacy office: the pilot is over\n")
    told = json.loads(cleanroom("diff", str(old), str(new), "--format", "json").stdout)
    assert (told["signed_off"]["reviewer"], told["violations"]) == ("the privacy office", [])


@pytest.mark.parametrize("state", [0, 1], ids=["old", "new"])
def test_another_change_needs_another_consent(cleanroom: Cleanroom, rooms: tuple[Path, Path], state: int) -> None:
    old, new = rooms
    (new / "signoff.yaml").write_text(_consent(cleanroom, old, new))
    room = rooms[state] / "room.yaml"
    room.write_text(room.read_text().replace("minimum: 2", "minimum: 3"))
    outcome = cleanroom("diff", str(old), str(new))
    assert outcome.exit_code == 1
    assert "(signoff.yaml has only sign-offs of other changes, by 'the privacy office')" in " ".join(
        outcome.stdout.split()
    )


def test_a_change_elsewhere_or_of_the_file_alone_needs_none(
    cleanroom: Cleanroom, rooms: tuple[Path, Path], tmp_path: Path
) -> None:
    """Another room that is alike in both states, comments and the order of keys say nothing about the change."""
    states = tmp_path / "before", tmp_path / "after"
    for state, room in zip(states, rooms, strict=True):
        shutil.copytree(room, state / "one")
    text = _consent(cleanroom, *states)
    (states[1] / "signoff.yaml").write_text(text)
    for state in states:
        shutil.copytree(rooms[0], state / "two")
    (states[1] / "one" / "room.yaml").write_text("# a remark\n" + (states[1] / "one" / "room.yaml").read_text())
    assert cleanroom("diff", *map(str, states)).exit_code == 0


def test_a_consent_is_used_once(cleanroom: Cleanroom, rooms: tuple[Path, Path]) -> None:
    """What was loosened, taken back and loosened again is decided again."""
    old, new = rooms
    text = _consent(cleanroom, old, new)
    for state in rooms:
        (state / "signoff.yaml").write_text(text)
    outcome = cleanroom("diff", str(old), str(new))
    assert outcome.exit_code == 1
    assert "is in the old state already, for an earlier change; sign off again" in " ".join(outcome.stdout.split())
    (new / "signoff.yaml").write_text(text + _consent(cleanroom, old, new, day="2026-02-15").partition("offs:\n")[2])
    assert cleanroom("diff", str(old), str(new)).exit_code == 0
    (old / "signoff.yaml").write_text("sign_offs: [{changes: x}]")  # a file of before is no hindrance
    assert cleanroom("diff", str(old), str(new)).exit_code == 0


def test_a_consent_of_a_day_to_come_is_none(cleanroom: Cleanroom, rooms: tuple[Path, Path]) -> None:
    old, new = rooms
    file = new.parent / "consent.yaml"
    file.write_text(_consent(cleanroom, old, new, day="2999-01-15"))
    outcome = cleanroom("diff", str(old), str(new), "--signoff", str(file))
    assert outcome.exit_code == 1
    assert "is of 2999-01-15, a day still to come" in " ".join(outcome.stdout.split())


def test_consents_that_are_wrong(cleanroom: Cleanroom, rooms: tuple[Path, Path]) -> None:
    old, new = map(str, rooms)
    file = rooms[1].parent / "consent.yaml"
    file.write_text(_consent(cleanroom, *rooms, reviewer="The Retailer's analysts"))
    outcome = cleanroom("diff", old, new, "--signoff", str(file))
    assert outcome.exit_code == 2
    assert "somebody else must sign them off" in " ".join(outcome.stderr.split())
    assert cleanroom("diff", old, new, "--signoff", "nowhere.yaml").exit_code == 2


def test_the_text_to_fill_in_is_a_sign_off(cleanroom: Cleanroom, rooms: tuple[Path, Path]) -> None:
    """It is refused as it is printed, and taken when it is filled in."""
    old, new = rooms
    outcome = cleanroom("diff", str(old), str(new), "--format", "markdown")
    block = outcome.stdout.partition("```yaml\n")[2].partition("```")[0]
    (new / "signoff.yaml").write_text(block)
    assert cleanroom("diff", str(old), str(new)).exit_code == 2
    for name, answer in {"author": "me", "reviewer": "you", "reason": "why"}.items():
        block = block.replace(f"{name}:", f"{name}: {answer}")
    (new / "signoff.yaml").write_text(block)
    assert cleanroom("diff", str(old), str(new)).exit_code == 0


def _decide(state: Path, text: str) -> None:
    (state / "policies.yaml").write_text(f"policies: {{loosening_without_sign_off: {text}}}")


def test_the_old_state_says_who_has_to_consent(cleanroom: Cleanroom, rooms: tuple[Path, Path]) -> None:
    """A change cannot excuse itself: its own decisions do not count."""
    old, new = rooms
    _decide(new, "{level: disabled}")
    told = cleanroom("diff", str(old), str(new))
    assert told.exit_code == 1
    assert "policies.yaml/policies/loosening_without_sign_off/level\n    was mandatory, is disabled" in told.stdout
    _decide(old, "{level: disabled}")
    told = cleanroom("diff", str(old), str(new))
    assert (told.exit_code, "is disabled: nobody has to consent" in told.stdout) == (0, True)
    for state in rooms:
        _decide(state, "{level: advisory}")
    told = cleanroom("diff", str(old), str(new))
    assert (told.exit_code, "loosening_without_sign_off (advisory): nobody has" in told.stdout) == (0, True)


def test_only_some_may_sign(cleanroom: Cleanroom, rooms: tuple[Path, Path]) -> None:
    old, new = rooms
    for state in rooms:
        _decide(state, "{configuration: {reviewers: [DPO, CISO]}}")
    (new / "signoff.yaml").write_text(_consent(cleanroom, old, new))
    told = cleanroom("diff", str(old), str(new))
    assert told.exit_code == 1
    assert "does not count; the company asks for one of 'DPO', 'CISO'" in " ".join(told.stdout.split())
    (new / "signoff.yaml").write_text(_consent(cleanroom, old, new, reviewer="dpo"))
    assert cleanroom("diff", str(old), str(new)).exit_code == 0


def _git(folder: Path, *words: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True)  # noqa: S603, S607 - our own words


def test_a_revision_is_read_without_being_checked_out(
    cleanroom: Cleanroom, rooms: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = rooms
    repository = tmp_path / "repository"
    shutil.copytree(old, repository / "rooms" / "small")
    _git(repository, "init")
    _git(repository, "add", ".")
    _git(repository, "commit", "-m", "first")
    shutil.copytree(new, repository / "rooms" / "small", dirs_exist_ok=True)
    monkeypatch.chdir(repository)
    for words in (("HEAD:rooms/small", "rooms/small"), ("HEAD:rooms", "rooms"), ("HEAD:", ".")):
        assert "2 changes loosen, 0 tighten, 0 leave privacy as it is" in cleanroom("diff", *words).stdout
    file = cleanroom("diff", "HEAD:rooms/small/room.yaml", "rooms/small/room.yaml")
    assert "2 changes loosen" in file.stdout
    monkeypatch.chdir(repository / "rooms")
    assert "2 changes loosen" in cleanroom("diff", "HEAD:small", "small").stdout
    assert (repository / "rooms" / "small" / "room.yaml").read_text() == (new / "room.yaml").read_text()


def test_rooms_come_and_go(cleanroom: Cleanroom, rooms: tuple[Path, Path], tmp_path: Path) -> None:
    shutil.copytree(rooms[0], tmp_path / "before" / "one")
    shutil.copytree(rooms[0], tmp_path / "after" / "one")
    shutil.copytree(rooms[1], tmp_path / "after" / "two")
    outcome = cleanroom("diff", str(tmp_path / "before"), str(tmp_path / "after"))
    assert outcome.stdout.startswith("loosens\n  small\n    is new\n")


@pytest.mark.parametrize("word", ["nowhere", "nothing:rooms", "--output=x:rooms", "HEAD:nowhere"])
def test_mistakes(cleanroom: Cleanroom, rooms: tuple[Path, Path], word: str) -> None:
    outcome = cleanroom("diff", "--", word, str(rooms[1]))
    assert outcome.exit_code == 2
    assert outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_a_room_in_python_is_not_run_from_a_revision(
    cleanroom: Cleanroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "room.py").write_text("raise SystemExit(70)")
    _git(tmp_path, "init")
    _git(tmp_path, "add", ".")
    _git(tmp_path, "commit", "-m", "first")
    monkeypatch.chdir(tmp_path)
    for word in ("HEAD:", "HEAD:room.py"):
        assert "it is not run from a" in cleanroom("diff", word, word).stderr


def _commit(folder: Path) -> None:
    _git(folder, "init")
    _git(folder, "add", "--all")
    _git(folder, "commit", "-m", "first")


def test_a_folder_does_not_take_the_place_of_a_revision(
    cleanroom: Cleanroom, rooms: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = rooms
    repository = tmp_path / "repository"
    shutil.copytree(old, repository / "rooms")
    _commit(repository)
    shutil.copytree(new, repository / "rooms", dirs_exist_ok=True)
    shutil.copytree(new, repository / "HEAD:rooms")
    shutil.copytree(new, repository / "0123456:rooms")
    monkeypatch.chdir(repository)
    for word in ("HEAD:rooms", "0123456:rooms"):  # also one that git does not know, as in a shallow clone
        outcome = cleanroom("diff", word, "rooms")
        assert outcome.exit_code == 2
        assert f"for it write './{word}'" in " ".join(outcome.stderr.split())
    assert "0 changes loosen" in cleanroom("diff", "./HEAD:rooms", "rooms").stdout
    assert "such as 'HEAD:rooms'" in cleanroom("diff", "HEAD", "rooms").stderr


def test_a_revision_is_read_whatever_its_attributes_say(
    cleanroom: Cleanroom, rooms: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = rooms
    repository = tmp_path / "repository"
    shutil.copytree(old, repository / "rooms" / "small")
    (repository / ".gitattributes").write_text("* export-ignore\n")
    (repository / "rooms" / "linked").symlink_to("small")
    _commit(repository)
    shutil.copytree(new, repository / "rooms" / "small", dirs_exist_ok=True)
    monkeypatch.chdir(repository)
    assert "2 changes loosen, 0 tighten, 0 leave privacy as it is" in cleanroom("diff", "HEAD:rooms", "rooms").stdout


@pytest.mark.parametrize("target", ["../../elsewhere", "/etc/passwd", "link"])
def test_links_that_lead_out_of_a_revision_are_not_followed(
    cleanroom: Cleanroom, rooms: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    repository = tmp_path / "repository"
    shutil.copytree(rooms[0], repository / "rooms")
    (repository / "rooms" / "link").symlink_to(target)
    _commit(repository)
    monkeypatch.chdir(repository)
    outcome = cleanroom("diff", "HEAD:rooms", "rooms")
    assert outcome.exit_code == 2
    assert "'rooms/link' in it is a link that leads out of the folder" in " ".join(outcome.stderr.split())


def test_a_submodule_is_named(
    cleanroom: Cleanroom, rooms: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = tmp_path / "repository"
    shutil.copytree(rooms[0], repository)
    _git(repository, "init")
    _git(repository, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},inner")
    _git(repository, "commit", "-m", "first")
    monkeypatch.chdir(repository)
    assert "'inner' in it is a submodule" in cleanroom("diff", "HEAD:", ".").stderr


def test_files_of_a_revision_are_called_as_they_are_there(
    cleanroom: Cleanroom, rooms: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (rooms[0] / "room.yaml").write_text("collaboration: {}\n")
    shutil.copytree(rooms[0], tmp_path / "repository" / "broken")
    _commit(tmp_path / "repository")
    monkeypatch.chdir(tmp_path / "repository")
    outcome = cleanroom("diff", "HEAD:broken", str(rooms[1]))
    assert (outcome.exit_code, outcome.stderr.partition(":1:")[0]) == (2, "HEAD:broken/room.yaml")
