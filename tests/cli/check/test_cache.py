"""The cache of `cleanroom check` is never stale: whatever an answer rests on, a change of it is seen."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli.check import cache as check_cache
from cli.check.cache import remembered, state
from cli.check.judging import check_rooms
from cli.check.request import CheckRequest, PolicyOptions
from cli.check.results import Checked
from declarations.loading.text import MAX_BYTES
from policies.reports.report import Standing
from simulator.settings import Settings
from tests.cli.repository import write_repository

TODAY = date(2027, 1, 15)


@pytest.fixture(scope="module")
def _code() -> Iterator[None]:
    """Leave the product's own code out where it is not what is tested: hashing it takes most of the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(check_cache, "_CODE", ("cli",))
        yield


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory, _code: None) -> Path:
    """Rooms with everything beside them that can matter."""
    folder = tmp_path_factory.mktemp("repository")
    (folder / ".git").mkdir()
    write_repository(folder, rooms=2, tables=2, queries=2)
    (folder / "policies.yaml").write_text("policies: {low_minimum: {level: advisory}}\n")
    (folder / "waivers.yaml").write_text("waivers: []\n")
    (folder / "evidence.json").write_text('{"account": "111111111111"}')
    return folder


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@settings(max_examples=60)
@given(data=st.data())
def test_any_byte_that_changes_anywhere_is_seen(repository: Path, data: st.DataObject) -> None:
    request = CheckRequest((repository / data.draw(st.sampled_from(["", "room_00"])),), policies=PolicyOptions())
    before = state(request, TODAY)
    watched = [path for path in _files(repository) if request.paths[0] in path.parents or path.parent.name != "queries"]
    file = data.draw(
        st.sampled_from([path for path in watched if "room_01" not in path.parts or request.paths[0] == repository])
    )
    old = file.read_bytes()
    at = data.draw(st.integers(0, len(old)))
    new = data.draw(st.sampled_from([old[:at] + b"#" + old[at:], old[:at], old[:at] + b" " + old[at + 1 :]]))
    try:
        file.write_bytes(new)
        if file.name == "policies.yaml":  # what is no decision any more cannot be followed: nothing is remembered
            return
        assert (state(request, TODAY) == before) == (new == old)
    finally:
        file.write_bytes(old)
    assert state(request, TODAY) == before


@pytest.mark.parametrize("name", ["room_00/queries/new.sql", "room_00/notes.txt", "room_02/room.yaml"])
def test_a_file_that_comes_goes_or_is_renamed_is_seen(repository: Path, name: str) -> None:
    request = CheckRequest((repository,), policies=PolicyOptions())
    before = state(request, TODAY)
    file = repository / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("x")
    came = state(request, TODAY)
    other = file.rename(file.with_name("zz" + file.suffix))
    renamed = state(request, TODAY)
    other.unlink()
    if not list(file.parent.iterdir()):
        file.parent.rmdir()
    assert len({before, came, renamed}) == 3 or name.endswith("room.yaml")
    assert before != came
    assert state(request, TODAY) == before


@pytest.mark.parametrize("folder", ["node_modules", "__pycache__", "deep/node_modules"])
def test_a_query_in_a_folder_of_a_tool_is_seen(repository: Path, folder: str) -> None:
    """Rooms are not looked for there; queries below `queries` are read wherever they are."""
    request = CheckRequest((repository,), policies=PolicyOptions())
    before = state(request, TODAY)
    file = repository / "room_00" / "queries" / folder / "new.sql"
    file.parent.mkdir(parents=True)
    file.write_text("SELECT 1")
    seen = state(request, TODAY) != before
    shutil.rmtree(repository / "room_00" / "queries" / folder.partition("/")[0])
    assert seen
    assert state(request, TODAY) == before


@pytest.mark.usefixtures("_code")
def test_every_file_of_a_folder_of_evidence_counts(tmp_path: Path) -> None:
    write_repository(tmp_path / "rooms", rooms=1, tables=2, queries=1)
    (tmp_path / "known").mkdir()
    (tmp_path / "policies.yaml").write_text("evidence: known")
    (tmp_path / "known" / "first.json").write_text("{}")
    request = CheckRequest((tmp_path / "rooms",), policies=PolicyOptions())
    states = {state(request, TODAY)}
    (tmp_path / "known" / "first.json").write_text("{ }")
    states.add(state(request, TODAY))
    (tmp_path / "known" / "second.json").write_text("{}")
    states.add(state(request, TODAY))
    large = tmp_path / "known" / "large.json"
    for letter in "ab":  # larger than what a person writes, and read nevertheless
        large.write_text(letter * (MAX_BYTES + 1))
        states.add(state(request, TODAY))
    assert len(states) == 5


def test_every_package_that_an_answer_rests_on_is_in_the_key(repository: Path) -> None:
    """Whatever is imported while rooms are checked, but for what only shows the answer."""
    program = (
        "import sys; from importlib.metadata import packages_distributions; from cli.main import main; "
        "main(['check', sys.argv[1], '--no-cache']); known = packages_distributions(); "
        "print('imported:', *sorted({one for name in sys.modules for one in known.get(name.split('.')[0], ())}))"
    )
    told = subprocess.run([sys.executable, "-c", program, str(repository)], capture_output=True, text=True, check=False)  # noqa: S603 - our own program
    imported = set(told.stdout.partition("imported: ")[2].split())
    shows = {"annotated-doc", "click", "mypy_extensions", "rich", "setuptools", "shellingham", "typer", "Pygments"}
    known = {name.replace("-", "_").lower() for name in check_cache._PACKAGES}
    assert imported
    assert {name.replace("-", "_").lower() for name in imported - shows} <= known


@pytest.mark.parametrize("days", [0, 1, 40])
def test_what_grows_old_is_judged_on_the_day(room: CheckRequest, days: int) -> None:
    """A waiver that was good yesterday is not taken from yesterday's answer, nor is evidence that was young."""
    folder = room.paths[0].parent
    target = "room-0/111111111111/configured_tables/t0"
    (folder / "waivers.yaml").write_text(
        f"waivers: [{{policy: low_minimum, target: {target}, reason: r, owner: o, expires: {TODAY}}}]"
    )
    (folder / "policies.yaml").write_text("policies: {low_minimum: {configuration: {minimum: 1000}}}")
    found = {}
    for day in (TODAY, TODAY + timedelta(days=days), TODAY):
        report = remembered(room, day, lambda day=day: check_rooms(room, Settings(), day)).policies  # type: ignore[misc] # a default binds the day
        assert report
        found[day] = report.count(Standing.WAIVED)
        assert report == check_rooms(room, Settings(), day).policies
    assert found == {TODAY: 1, TODAY + timedelta(days=days): 0 if days else 1}


@pytest.mark.usefixtures("_code")
def test_a_decision_that_appears_above_is_seen(tmp_path: Path) -> None:
    write_repository(tmp_path / "rooms", rooms=1, tables=2, queries=1)
    request = CheckRequest((tmp_path / "rooms",), policies=PolicyOptions())
    before = state(request, TODAY)
    (tmp_path / "policies.yaml").write_text("baseline: true")
    assert state(request, TODAY) != before


def test_order_day_folder_and_code_count(repository: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    request = CheckRequest((repository,), policies=PolicyOptions())
    states = {
        state(request, TODAY),
        state(request, TODAY + timedelta(days=1)),
        state(replace(request, readings=("self_join=permissive",)), TODAY),
        state(replace(request, submitted_by="Retailer"), TODAY),
        state(replace(request, policies=None), TODAY),
        state(replace(request, policies=PolicyOptions(only=("low_minimum",))), TODAY),
    }
    monkeypatch.chdir(tmp_path)
    states.add(state(request, TODAY))
    monkeypatch.setattr(check_cache, "_versions", lambda: ("2.0",))
    states.add(state(request, TODAY))
    monkeypatch.setattr(check_cache, "_CODE", ("policies",))
    states.add(state(request, TODAY))
    assert len(states) == 9


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of what is remembered, of this test alone."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "cleanroom"


@pytest.fixture
def room(tmp_path: Path, cache: Path, _code: None) -> CheckRequest:
    """A room to be judged."""
    write_repository(tmp_path / "rooms", rooms=1, tables=2, queries=2)
    return CheckRequest((tmp_path / "rooms" / "room_00",), policies=PolicyOptions(only=("low_minimum",)))


class _Counted:
    """Does the work and counts how often."""

    def __init__(self, request: CheckRequest) -> None:
        self.request = request
        self.times = 0

    def __call__(self) -> Checked:
        self.times += 1
        return check_rooms(self.request, Settings(), TODAY)


def test_the_second_run_finds_the_same_without_the_work(room: CheckRequest) -> None:
    judge = _Counted(room)
    assert remembered(room, TODAY, judge) == remembered(room, TODAY, judge)
    assert judge.times == 1
    remembered(room, TODAY + timedelta(days=1), judge)
    assert judge.times == 2


def test_what_is_spoiled_or_of_another_state_is_not_taken(room: CheckRequest, cache: Path) -> None:
    judge = _Counted(room)
    remembered(room, TODAY, judge)
    [file] = cache.iterdir()
    content = file.read_bytes()
    for spoiled in (content[:-1], b"\0" * 32 + content[32:], b""):
        file.write_bytes(spoiled)
        remembered(room, TODAY, judge)
    assert judge.times == 4


def test_what_is_remembered_is_the_users_alone(room: CheckRequest, cache: Path) -> None:
    """Who can write there can say that everything is allowed; who can read there learns what rooms hold."""
    judge = _Counted(room)
    remembered(room, TODAY, judge)
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700
    assert not list(room.paths[0].rglob(".cleanroom"))
    for mode in (0o755, 0o770, 0o702):
        cache.chmod(mode)
        remembered(room, TODAY, judge)
    assert judge.times == 4
    cache.chmod(0o700)
    remembered(room, TODAY, judge)
    assert judge.times == 4
    cache.symlink_to(cache.rename(cache.with_name("elsewhere")))
    remembered(room, TODAY, judge)
    assert judge.times == 5


@pytest.mark.parametrize("base", ["/dev/null", "/dev/null/below"])
def test_where_nothing_can_be_written_everything_is_judged(
    room: CheckRequest, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", base)
    judge = _Counted(room)
    assert remembered(room, TODAY, judge) == remembered(room, TODAY, judge)
    assert judge.times == 2


def test_a_cache_folder_that_is_relative_is_ignored(
    room: CheckRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be another one in each repository, and could come with it."""
    monkeypatch.setenv("XDG_CACHE_HOME", ".cache")
    monkeypatch.setenv("HOME", str(tmp_path / "person"))
    remembered(room, TODAY, _Counted(room))
    assert [path.name for path in (tmp_path / "person" / ".cache" / "cleanroom").iterdir()]


def test_rooms_of_one_name_in_two_folders_are_remembered_apart(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, room: CheckRequest
) -> None:
    relative = replace(room, paths=(Path("rooms"),))
    shutil.copytree(tmp_path / "rooms", tmp_path / "other" / "rooms")
    judge = _Counted(relative)
    for folder in (tmp_path, tmp_path / "other", tmp_path, tmp_path / "other"):
        monkeypatch.chdir(folder)
        remembered(relative, TODAY, judge)
    assert judge.times == len(list(cache.iterdir())) == 2


def test_answers_of_earlier_days_are_removed(room: CheckRequest, cache: Path) -> None:
    remembered(room, TODAY, _Counted(room))
    [file] = cache.iterdir()
    old, key = cache / "check-0", cache / "key"
    for other in (old, key):
        other.touch()
        os.utime(other, (0, 0))
    remembered(room, TODAY + timedelta(days=1), _Counted(room))
    assert set(cache.iterdir()) == {file, key}


def test_a_change_while_the_work_is_done_is_not_lost(room: CheckRequest) -> None:
    class Slow(_Counted):
        def __call__(self) -> Checked:
            found = super().__call__()
            file = room.paths[0] / "queries" / "q00.sql"
            file.write_text(file.read_text() + "\n")
            return found

    judge = Slow(room)
    remembered(room, TODAY, judge)
    remembered(room, TODAY, judge)
    assert judge.times == 2


def test_code_and_named_queries_are_judged_each_time(room: CheckRequest) -> None:
    named = replace(room, queries=("q00",), policies=None)
    judge = _Counted(named)
    remembered(named, TODAY, judge)
    remembered(named, TODAY, judge)
    assert judge.times == 2
    folder = room.paths[0]
    (folder / "room.yaml").unlink()
    (folder / "room.py").write_text("")
    with pytest.raises(check_cache._UncertainError):
        state(room, TODAY)


def test_own_packs_are_judged_each_time(room: CheckRequest) -> None:
    """A pack can import what is beside, above or installed, and read any file."""
    folder = room.paths[0].parent
    (folder / "policies.yaml").write_text("packs: [own]\n")
    (folder / "own").mkdir()
    (folder / "own" / "registry.py").write_text("POLICIES = ()\n")
    judge = _Counted(room)
    remembered(room, TODAY, judge)
    remembered(room, TODAY, judge)
    assert judge.times == 2


def test_rooms_behind_links_are_judged_each_time(room: CheckRequest, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (room.paths[0] / "linked").symlink_to(tmp_path / "outside")
    judge = _Counted(room)
    remembered(room, TODAY, judge)
    remembered(room, TODAY, judge)
    assert judge.times == 2
