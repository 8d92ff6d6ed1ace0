"""Plans that are read, and plans that are refused with the exact text that a user sees."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cli.main import main
from declarations.frequency import Cron, Rate, Span
from declarations.loading import LoadingError
from declarations.loading.plan import RoomNames, check_names, load_plan
from tests.yaml_text import from_yaml

ROOT = Path(__file__).parents[3]
MEASUREMENT = ROOT / "examples/complete_journey/measurement"
CASES: dict[str, Any] = from_yaml((ROOT / "tests/cases/plans/wrong_plans.yaml").read_text(encoding="utf-8"))
NAMES: dict[str, Any] = from_yaml((ROOT / "tests/cases/plans/wrong_names.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", CASES)
def test_a_wrong_plan_is_told_with_its_place(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("plan.yaml").write_text(CASES[name]["plan"], encoding="utf-8")
    assert main(["plan", str(MEASUREMENT), "plan.yaml"]) == 2
    told = " ".join(capsys.readouterr().err.split())
    assert " ".join(CASES[name]["message"].split()) in told


@pytest.mark.parametrize("name", NAMES["cases"])
def test_names_are_checked_against_the_room_that_is_meant(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = NAMES["cases"][name]
    monkeypatch.chdir(tmp_path)
    head = "start: 2026-01-01\nlength: 12 months\nrooms: {two: ../two, without: ../without, bigquery: ../bigquery}\n"
    Path("plan.yaml").write_text(head + case["more"], encoding="utf-8")
    loaded = load_plan(Path())
    rooms = {room: RoomNames(**names) for room, names in NAMES["rooms"].items()}
    told = []
    try:
        check_names(loaded, rooms)
    except LoadingError as error:
        told = [f"{one.file}:{one.line}:{one.column} {one.path}: {one.text}" for one in error.problems]
    assert told == case["told"]


def test_further_rooms_are_found_from_the_folder_of_the_plan(tmp_path: Path) -> None:
    file = tmp_path / "plans" / "year.yml"
    file.parent.mkdir()
    file.write_text(
        "start: 2026-01-01\nlength: 1 month\nrooms: {other: ../other}\nruns: [{query: q, every: 1 day, room: other}]\n"
    )
    assert load_plan(file).folder_of("other") == file.parent / "../other"


def test_the_example_is_read() -> None:
    loaded = load_plan(MEASUREMENT)
    assert loaded.path == MEASUREMENT / "plan.yaml"
    assert (loaded.plan.start, loaded.plan.end) == (date(2026, 1, 1), date(2027, 1, 1))
    assert {type(run.frequency) for run in loaded.plan.runs} == {Cron, Rate, Span}


def test_a_plan_may_be_json(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text('{"start": "2026-01-01", "length": "1 month", "runs": [{"query": "q", "every": "1 day"}]}')
    assert load_plan(file).plan.end == date(2026, 2, 1)


def test_a_missing_plan_is_told(tmp_path: Path) -> None:
    with pytest.raises(LoadingError) as raised:
        load_plan(tmp_path)
    assert raised.value.problems[0].message.startswith("no file or folder named 'plan.yaml'")


def test_another_ending_is_told(tmp_path: Path) -> None:
    (tmp_path / "plan.txt").touch()
    with pytest.raises(LoadingError) as raised:
        load_plan(tmp_path / "plan.txt")
    assert raised.value.problems[0].text == "the ending '.txt' is not that of a plan; allowed: '.yaml', '.yml', '.json'"
