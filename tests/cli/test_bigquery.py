"""`check` and `explain` on a room of BigQuery."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.main import main
from tests.cli.calling import Cleanroom
from tests.cli.small_room import write_room

ROOM = Path(__file__).parents[2] / "examples" / "bigquery_exams"


def _room(folder: Path, **queries: str) -> Path:
    (folder / "queries").mkdir()
    (folder / "room.yaml").write_text((ROOM / "room.yaml").read_text())
    for name, sql in queries.items():
        (folder / "queries" / f"{name}.sql").write_text(sql)
    return folder


def test_check_of_the_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(ROOM)]) == 0
    shown = capsys.readouterr().out
    assert "BigQuery project: clean-room-demo" in shown
    assert "5 checked: 3 allowed, 2 denied, 0 undocumented; all as expected" in shown


def test_check_shows_what_bigquery_would_say(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    room = _room(tmp_path, plain="SELECT test_id\nFROM mydataset.ExamView")
    assert main(["check", str(room)]) == 1
    shown = " ".join(capsys.readouterr().out.split())
    assert "plain.sql:2:6: missing_private_clause (rule of 'mydataset.ExamView', project clean-room-demo)" in shown
    assert "BigQuery says: You must use SELECT WITH AGGREGATION_THRESHOLD for this query" in shown


def test_policies_are_asked_about_views(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (ROOM / "room.yaml").read_text().replace("waive low_view_threshold", "we know of low_view_threshold")
    (tmp_path / "room.yaml").write_text(text)
    assert main(["check", str(tmp_path), "--only", "low_view_threshold"]) == 1
    shown = " ".join(capsys.readouterr().out.split())
    assert "exams/views/mydataset.ExamView" in shown
    assert "the threshold is 3; the policy asks for at least 10" in shown
    assert "room.yaml:18:22: low_view_threshold (high)" in shown
    assert main(["check", str(tmp_path), "--no-policies"]) == 0


def test_rooms_of_both_clouds_are_judged_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "views").mkdir()
    views = tmp_path / "views" / "room.yaml"
    views.write_text((ROOM / "room.yaml").read_text())
    write_room(tmp_path)
    assert main(["check", str(tmp_path), "--only", "low_view_threshold", "--only", "unlogged_queries"]) == 0
    assert "2 policies, 4 checks: 3 passed, 1 waived" in capsys.readouterr().out
    views.write_text(views.read_text().replace("name: exams", "name: small"))
    assert main(["check", str(tmp_path)]) == 2
    assert "two rooms are named 'small'" in " ".join(capsys.readouterr().err.split())


def test_check_reads_open_questions(tmp_path: Path) -> None:
    sql = "SELECT a.test_id FROM mydataset.SharedExams a JOIN mydataset.SharedExams b USING (last_name)"
    room = str(_room(tmp_path, itself=sql))
    assert main(["check", room]) == 1
    assert main(["check", room, "--allow-undocumented"]) == 0
    assert main(["check", room, "--reading", "self_join_satisfies_restriction=permissive"]) == 0


def test_check_of_one_file_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "one.sql"
    file.write_text("SELECT last_name FROM mydataset.StudentTable")
    assert main(["check", str(ROOM), str(file), "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["room"], document["queries"][0]["verdict"]) == ("exams", "allowed")


def test_a_member_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(ROOM), "--as", "Anna"]) == 2
    assert "a room of BigQuery has no members; found 'Anna'" in " ".join(capsys.readouterr().err.split())


def test_a_view_that_cannot_be_followed_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    room = _room(tmp_path)
    text = (room / "room.yaml").read_text()
    (room / "room.yaml").write_text(
        text.replace("SELECT * FROM mydataset.ExamTable", "SELECT * FROM mydataset.Gone", 1)
    )
    assert main(["check", str(room)]) == 2
    assert "the query of view 'mydataset.ExamView' cannot be read" in " ".join(capsys.readouterr().err.split())


def test_run_shows_rows_and_what_the_threshold_removed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "out.csv"
    ledger = str(tmp_path / "ledger.sqlite")
    assert main(["run", str(ROOM), "students_per_test", "--ledger", ledger, "-o", str(file)]) == 0
    assert sorted(file.read_text().splitlines()) == ["P91,3", "U25,4", "test_id,student_count"]
    assert "1 row removed by thresholds" in capsys.readouterr().out


def test_run_charges_the_view_until_its_budget_is_spent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ledger = ["--ledger", str(tmp_path / "ledger.sqlite")]
    run = ["run", str(ROOM), "average_score", *ledger]
    assert main([*run, "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    (left,) = document["left"]
    assert (left["epsilon"], left["delta"]) == pytest.approx((15.6, 0.09))
    assert document["is_release"]
    assert document["noise"][0]["aggregates"][0]["laplace_scale"] == 400
    (noise,), (bias,) = document["columns_noise"], document["noise"][0]["for_the_data_owner_only"]["columns"]
    assert noise["column"] == bias["column"]
    assert len(noise["per_row"]) == len(bias["per_row"]) == len(document["rows"])
    assert main([*run, "--dry-run"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "95 % of the noise within" in shown
    assert "dropped by max_groups_contributed" in shown
    assert "would be charged to mydataset.NoisyExams; this was a dry run" in shown
    assert "removed by thresholds" not in shown
    assert [main(run), main(run)] == [0, 3]
    assert "BigQuery says: Privacy budget is not sufficient" in " ".join(capsys.readouterr().err.split())
    assert main(["budget", str(ROOM), *ledger, "--history", "-q", "average_score"]) == 0
    shown = capsys.readouterr().out
    assert shown.count("committed") == 2
    assert "the budget is enough for it 0 more times" in shown
    assert main(["budget", str(ROOM), *ledger, "--renew", "mydataset.NoisyExams"]) == 0
    assert main(run) == 0


UNBOUNDED = "SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS (epsilon = 4) COUNT(*) AS n FROM mydataset.NoisyExams"


def test_a_value_whose_bounds_are_not_found_says_why_it_is_null(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Five students are too few to find bounds with noise of scale 1, whatever is drawn."""
    run = ["run", str(_room(tmp_path, few=UNBOUNDED)), "few", "--data", str(ROOM / "data"), "--dry-run", "--seed", "1"]
    assert main(run) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "COUNT(*) 2 not found: NULL -" in shown
    assert "the value is then NULL: state them with contribution_bounds_per_group => (lower, upper)" in shown
    assert "clamped" not in shown
    assert main([*run, "--format", "json"]) == 0
    (noise,) = json.loads(capsys.readouterr().out)["noise"]
    assert (noise["aggregates"][0]["bounds"], noise["aggregates"][0]["groups_without_bounds"]) == (None, 1)


def test_bounds_that_are_found_are_said_to_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    room, rows = _room(tmp_path, many=UNBOUNDED), tmp_path / "rows"
    rows.mkdir()
    exams = "".join(f"student{number},P91,{500 + number}\n" for number in range(200))
    (rows / "mydataset.ExamTable.csv").write_text("last_name,test_id,test_score\n" + exams)
    assert main(["run", str(room), "many", "--data", str(rows), "--dry-run", "--seed", "1"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "COUNT(*) 2 found in the data" in shown
    assert "NULL" not in shown


@pytest.mark.parametrize("command", ["check", "explain", "budget", "render bigquery"])
def test_a_policy_with_a_column_that_its_view_does_not_have(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is told when the room is opened, also where no query is judged."""
    monkeypatch.chdir(tmp_path)
    text = (
        (ROOM / "room.yaml").read_text().replace("privacy_unit_column: last_name", "privacy_unit_column: lastname", 1)
    )
    Path("room.yaml").write_text(text.replace("[test_score, last_name]", "[test_score, exam]"))
    assert main([*command.split(), "room.yaml"]) == 2
    shown = " ".join(capsys.readouterr().err.split())
    assert (
        "room.yaml:19:32: bigquery.views[0].privacy_policy.aggregation_threshold_policy.privacy_unit_column: "
        "'lastname' is not a column of the view (columns: 'last_name', 'test_id', 'test_score')"
    ) in shown
    assert "did you mean 'last_name'?" in shown
    assert "join_allowed_columns[1]: 'exam' is not a column of the view" in shown


def test_a_finding_cites_the_page_of_its_cloud(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sql = (
        "SELECT WITH AGGREGATION_THRESHOLD test_id, test_score, COUNT(*) AS n FROM mydataset.ExamView GROUP BY test_id"
    )
    assert main(["check", str(_room(tmp_path, q=sql)), "--no-policies", "--format", "json"]) == 1
    [query] = json.loads(capsys.readouterr().out)["queries"]
    sources = {finding["check"]: finding["source"] for finding in query["findings"]}
    assert sources["ungrouped_value"].startswith("https://docs.cloud.google.com/bigquery/docs/reference/")


def test_a_budget_that_cannot_be_filled_up_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As in a folder that may only be read: the journal of the ledger cannot be made."""
    file = tmp_path / "ledger.sqlite"
    ledger = ["--ledger", str(file)]
    assert main(["run", str(ROOM), "average_score", *ledger]) == 0
    (tmp_path / "ledger.sqlite-journal").mkdir()
    capsys.readouterr()
    for words in (["--renew", "mydataset.NoisyExams"], []):
        main(["budget", str(ROOM), *ledger, *words])
        told = capsys.readouterr()
        assert "internal error" not in told.err
    assert main(["budget", str(ROOM), *ledger, "--renew", "mydataset.NoisyExams"]) == 2
    assert capsys.readouterr().err.startswith(f"cannot use the ledger {file}: ")


def test_renew_of_another_view_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["budget", str(ROOM), "--renew", "mydataset.ExamView"]) == 2
    assert "they are: 'mydataset.NoisyExams'" in capsys.readouterr().err


def test_explain_shows_every_view_with_an_allowed_query(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(ROOM)]) == 0
    shown = capsys.readouterr().out
    assert shown.count("a query to start from: allowed") == 3
    assert "mydataset.NoisyExams: DIFFERENTIAL_PRIVACY" in shown


def test_explain_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(ROOM), "mydataset.SharedExams", "--queries", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["project"] == "clean-room-demo"
    assert [(view["name"], view["example"]["verdict"]) for view in document["views"]] == [
        ("mydataset.SharedExams", "allowed")
    ]
    assert len(document["queries"]) == 5


def test_explain_a_query(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(ROOM), "-q", "refused/names"]) == 0
    assert "denied: missing_private_clause" in capsys.readouterr().out


def test_explain_names_the_views_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(ROOM), "mydataset.Nothing"]) == 2
    assert "its views: mydataset.ExamView, mydataset.NoisyExams" in capsys.readouterr().err


@pytest.mark.parametrize("command", [("check",), ("plan",), ("render", "bigquery"), ("apply", "bigquery")])
def test_a_typo_in_the_query_of_a_view_is_pointed_at(
    cleanroom: Cleanroom, tmp_path: Path, command: tuple[str, ...]
) -> None:
    text = (ROOM / "room.yaml").read_text(encoding="utf-8")
    query = "query: SELECT * FROM mydataset.ExamTable"
    (tmp_path / "room.yaml").write_text(text.replace(query, query[:-5] + "Tabel", 1), encoding="utf-8")
    outcome = cleanroom(*command, str(tmp_path))
    told = " ".join(outcome.stderr.split())
    line = text[: text.index(query)].count("\n") + 1
    assert outcome.exit_code == 2
    assert f"room.yaml:{line}:14: bigquery.views[0].query: the query of view" in told
    assert "table 'mydataset.ExamTabel' does not exist in this room" in told
    assert "did you mean 'mydataset.ExamTable'?" in told


@pytest.mark.parametrize(("words", "charged"), [((), True), (("--refund-failed",), False)])
def test_what_a_failed_run_costs_is_a_choice(
    words: tuple[str, ...],
    charged: bool,  # noqa: FBT001 - a case
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The query takes every row with every other, and again: longer than the run is given."""
    joined = "mydataset.NoisyExams AS a JOIN mydataset.NoisyExams AS b ON a.last_name = b.last_name"
    joined += " JOIN mydataset.NoisyExams AS c ON b.last_name = c.last_name"
    room = _room(tmp_path, long=f"SELECT WITH DIFFERENTIAL_PRIVACY COUNT(*) AS n FROM {joined}")
    (room / "data").mkdir()
    rows = "last_name,test_id,test_score\n" + "Hansen,P91,510\n" * 5000
    (room / "data" / "mydataset.ExamTable.csv").write_text(rows)
    monkeypatch.setenv("CLEANROOM_QUERY_SECONDS", "2")
    assert main(["run", str(room), "long", *words]) == 4
    capsys.readouterr()
    assert main(["budget", str(room), "--history", "--format", "json"]) == 0
    (view,) = json.loads(capsys.readouterr().out)["views"]
    assert {entry["state"] for entry in view["history"]} == {"committed" if charged else "released"}
