"""`cleanroom run` as people and programs use it."""

from __future__ import annotations

import csv
import json
import math
import shutil
import subprocess
from pathlib import Path

import pytest

from cli.run.answers import relation_json
from simulator.execution.engines.engine import Column, Relation
from tests.cli.calling import Cleanroom
from tests.simulator.privacy.reserving import reserve

REACH = "examples/complete_journey/reach"
MEASUREMENT = "examples/complete_journey/measurement"
VIEWS = "examples/bigquery_exams"

pytestmark = pytest.mark.usefixtures("sample_rows")


def test_answer_with_what_the_threshold_removed(cleanroom: Cleanroom) -> None:
    """Rows, and beside them what the service would not tell."""
    outcome = cleanroom("run", REACH, "sales_by_week", "--as", "222222222222")
    assert outcome.exit_code == 0
    assert "rows removed by thresholds (for the data owner only; the service does not" in outcome.stdout
    assert all(len(line) <= 80 for line in outcome.stdout.splitlines())


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_answer_in_a_file(cleanroom: Cleanroom, tmp_path: Path, suffix: str) -> None:
    """The file holds what the JSON document holds."""
    file = tmp_path / f"answer.{suffix}"
    outcome = cleanroom("run", REACH, "sales_by_week", "-o", str(file), "--format", "json")
    document = json.loads(outcome.stdout)
    assert document["rows"]
    if suffix == "csv":
        with file.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.reader(lines))
        assert rows[0] == [column["name"] for column in document["columns"]]
        assert len(rows) - 1 == len(document["rows"])
    else:
        import pyarrow.parquet

        assert pyarrow.parquet.read_table(file).num_rows == len(document["rows"])


def test_private_answer_is_charged_until_nothing_is_left(cleanroom: Cleanroom, tmp_path: Path) -> None:
    """Every run draws on the ledger; the run that finds too little is refused in AWS's words and exits 3."""
    ledger = tmp_path / "ledger.sqlite"
    arguments = ("run", MEASUREMENT, "sales_by_quarter", "--ledger", str(ledger), "--format", "json")
    first = json.loads(cleanroom(*arguments).stdout)["differential_privacy"]
    assert first["units"] == 3
    assert first["remaining"]["SUM"] == 219
    assert first["randomness"] == "operating system"
    _spend_all(ledger)
    refused = cleanroom(*arguments)
    assert refused.exit_code == 3
    assert refused.stdout == ""
    assert "do not have enough aggregations remaining" in " ".join(refused.stderr.split())


def test_folders_of_the_answers_file_are_made(cleanroom: Cleanroom, tmp_path: Path) -> None:
    file = tmp_path / "new" / "folder" / "answer.csv"
    assert cleanroom("run", REACH, "sales_by_week", "-o", str(file)).exit_code == 0
    assert file.read_text(encoding="utf-8").startswith("week,")


@pytest.mark.parametrize("name", ["answer.txt", "folder.csv", "file/answer.csv"])
def test_where_no_answer_can_be_written_nothing_is_run(cleanroom: Cleanroom, tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "file").touch()
    outcome = cleanroom("run", REACH, "sales_by_week", "-o", str(tmp_path / name))
    assert outcome.exit_code == 2
    assert outcome.stderr.startswith(f"--output: cannot write {tmp_path / name}: ")
    assert outcome.stdout == ""


def _spend_all(ledger: Path) -> None:
    from datetime import UTC, datetime

    from declarations.loading import load_room
    from simulator.privacy.ledger import Ledger
    from simulator.room_budgets import budgets

    (settings,) = budgets(load_room(Path(MEASUREMENT)).room).values()
    books, now = Ledger(ledger), datetime.now(UTC)
    books.commit(reserve(books, settings.account, books.remaining(settings.account, now), now))


def test_under_noise_only_the_threshold_of_groups_is_told(cleanroom: Cleanroom) -> None:
    """Nothing else removes rows: "0 rows removed by thresholds" would seem to say otherwise."""
    shown = cleanroom("run", MEASUREMENT, "sales_by_income", "--dry-run").stdout
    assert "groups dropped: their noisy user" in " ".join(shown.split())
    assert "removed by thresholds" not in shown


def test_the_owner_learns_what_limits_cost_every_column(cleanroom: Cleanroom) -> None:
    shown = cleanroom("run", MEASUREMENT, "sales_by_income", "--dry-run", "--seed", "1").stdout
    assert "of the exact value" in shown
    assert "a cell is the exact value plus bias plus noise" in " ".join(shown.split())
    document = json.loads(cleanroom("run", MEASUREMENT, "sales_by_income", "--dry-run", "--format", "json").stdout)
    private = document["differential_privacy"]
    columns = private["for_the_data_owner_only"]["columns"]
    assert [column["column"] for column in columns] == [noise["column"] for noise in private["noise"]]
    assert all(len(column["per_row"]) == len(document["rows"]) for column in columns)


@pytest.mark.parametrize(
    ("room", "query"), [(REACH, "sales_by_week"), (MEASUREMENT, "sales_by_quarter"), (VIEWS, "students_per_test")]
)
def test_what_only_the_owner_may_see_has_a_key_of_its_own(cleanroom: Cleanroom, room: str, query: str) -> None:
    """A program that drops it passes on what the service would show."""
    arguments = ("run", room, query, "--dry-run", "--seed", "1", "--format", "json")
    shown, exact = (json.loads(cleanroom(*arguments, *more).stdout) for more in ((), ("--exact",)))
    owners = exact.pop("for_the_data_owner_only")
    assert owners["exact"]["columns"] == shown["columns"]
    assert (owners["rows_removed_by_threshold"] > 0) == (room == VIEWS)
    assert shown.pop("for_the_data_owner_only") == {**owners, "exact": None}
    assert shown.pop("seconds") > 0
    assert exact.pop("seconds") > 0
    assert exact == shown


def test_numbers_that_json_lacks_are_text() -> None:
    relation = Relation((Column("x", "DOUBLE"),), ((math.inf,), (-math.inf,), (math.nan,), (0.5,)))
    assert relation_json(relation)["rows"] == [["Infinity"], ["-Infinity"], ["NaN"], [0.5]]


def test_dry_run_charges_nothing(cleanroom: Cleanroom, tmp_path: Path) -> None:
    """A simulation leaves no trace in the ledger."""
    ledger = tmp_path / "ledger.sqlite"
    outcome = cleanroom("run", MEASUREMENT, "sales_by_quarter", "--dry-run", "--ledger", str(ledger))
    assert outcome.exit_code == 0
    assert "this was a dry run" in outcome.stdout
    assert not ledger.exists()


def test_seeded_noise_repeats_and_says_so(cleanroom: Cleanroom) -> None:
    """Equal seeds give equal answers, marked as no release."""
    arguments = ("run", MEASUREMENT, "sales_by_quarter", "--dry-run", "--seed", "7", "--format", "json")
    first, second = (json.loads(cleanroom(*arguments).stdout) for _ in range(2))
    assert first["rows"] == second["rows"]
    assert first["differential_privacy"]["randomness"] == "seed 7: simulation, not a release"


def test_exact_answer_is_marked(cleanroom: Cleanroom) -> None:
    """The noiseless answer stands beside, never alone."""
    outcome = cleanroom("run", MEASUREMENT, "sales_by_quarter", "--dry-run", "--exact")
    assert "without thresholds and noise: never available in the service" in " ".join(outcome.stdout.split())


def test_budget_shows_what_is_left(cleanroom: Cleanroom, tmp_path: Path) -> None:
    """The published counts, and after one query what remains of them."""
    ledger = tmp_path / "ledger.sqlite"
    cleanroom("run", MEASUREMENT, "sales_by_quarter", "--ledger", str(ledger))
    document = json.loads(cleanroom("budget", MEASUREMENT, "--ledger", str(ledger), "--format", "json").stdout)
    counts = {each["type"]: each["max_count"] for each in document["budgets"][0]["aggregations"]}
    assert counts == {"AVG": 165, "COUNT": 330, "COUNT_DISTINCT": 660, "SUM": 220, "STDDEV": 165}
    text = cleanroom("budget", MEASUREMENT, "--ledger", str(ledger), "--history", "-q", "sales_by_quarter").stdout
    assert "SUM                     3   219  220" in text
    assert "sales_by_quarter costs 3 units (SUM)" in text
    assert "committed" in text


def test_a_mistyped_ledger_is_no_full_budget(cleanroom: Cleanroom, tmp_path: Path) -> None:
    """Looking at a budget makes no file."""
    ledger = tmp_path / "typo.sqlite"
    outcome = cleanroom("budget", MEASUREMENT, "--ledger", str(ledger))
    assert outcome.exit_code == 2
    assert "is not there; it is made by the first run that is charged" in outcome.stderr
    assert not ledger.exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--data", "absent"), "--data: absent is not there"),
        ((), "there is no folder of sample rows (looked for {room}/data and {parent}/data); name one with --data DIR"),
    ],
)
def test_where_rows_were_looked_for_is_told(
    cleanroom: Cleanroom, tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    room = tmp_path / "reach"
    shutil.copytree(REACH, room)
    outcome = cleanroom("run", str(room), "sales_by_week", *words)
    assert outcome.exit_code == 2
    assert "".join(outcome.stderr.split()) == "".join(message.format(room=room, parent=tmp_path).split())


def test_git_does_not_see_the_ledger(cleanroom: Cleanroom, tmp_path: Path) -> None:
    """A checkout of a commit that holds it would bring back a budget that is spent."""
    room = tmp_path / "room"
    shutil.copytree(MEASUREMENT, room, ignore=shutil.ignore_patterns(".cleanroom"))
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)  # noqa: S603, S607 - git, and our own words
    data = str(Path(MEASUREMENT).parent / "data")
    assert cleanroom("run", str(room), "sales_by_quarter", "--data", data).exit_code == 0
    assert (room / ".cleanroom" / "ledger.sqlite").exists()
    status = ["git", "-C", str(tmp_path), "status", "--short", "--untracked-files=all"]
    seen = subprocess.run(status, check=True, capture_output=True, text=True).stdout  # noqa: S603 - as above
    assert "room/room.yaml" in seen
    assert ".cleanroom" not in seen
