"""`cleanroom apply bigquery` against an endpoint over HTTP, by Google's own client."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.console.exit_codes import ExitCode
from declarations.bigquery.rest import RemainingBudget
from declarations.bigquery.room import BigQueryTable
from declarations.loading import LoadedBigQueryRoom, load_any_room
from tests.bigquery_endpoint.changed_rooms import changed_room
from tests.bigquery_endpoint.project import Project
from tests.bigquery_endpoint.server import bigquery_endpoint
from tests.cli.calling import Cleanroom, Outcome

EXAMPLE = Path(__file__).parents[3] / "examples" / "bigquery_exams" / "room.yaml"
NOISY = "clean-room-demo.mydataset.NoisyExams"
EXAM = "clean-room-demo.mydataset.ExamView"

Apply = Callable[..., Outcome]


@dataclass(slots=True)
class BusyProject(Project):
    """A project in which something else happens, too.

    Attributes:
        others: A statement of somebody else, which comes between the dry runs and what follows.
        charged: What views have left after the dry runs.
        interrupted_at: The real statement, from 1, during which Ctrl-C is pressed; a dry run for 0.
    """

    others: str = ""
    charged: tuple[str, RemainingBudget] | None = None
    interrupted_at: int | None = None

    def run(self, sql: str, *, dry_run: bool) -> None:
        Project.run(self, sql, dry_run=dry_run)
        if dry_run and self.others:
            self.room, self.others = changed_room(self.room, self.others), ""
        if dry_run and self.charged:
            self.left[self.charged[0]] = self.charged[1]
        if self.interrupted_at == (0 if dry_run else len(self.done)):
            os.kill(os.getpid(), signal.SIGINT)


@pytest.fixture
def project() -> BusyProject:
    """A project that has the example's tables and no views."""
    loaded = load_any_room(EXAMPLE)
    assert isinstance(loaded, LoadedBigQueryRoom)
    return BusyProject(loaded.room.model_copy(update={"views": ()}))


@pytest.fixture
def apply(project: Project, cleanroom: Cleanroom, tmp_path: Path) -> Iterator[Apply]:
    """Apply the example's room, with replacements in its text, to the project."""
    with bigquery_endpoint(project) as url:

        def call(*options: str, changes: tuple[tuple[str, str], ...] = ()) -> Outcome:
            text = EXAMPLE.read_text(encoding="utf-8")
            for old, new in changes:
                assert old in text
                text = text.replace(old, new, 1)
            (tmp_path / "room.yaml").write_text(text, encoding="utf-8")
            return cleanroom("apply", "bigquery", str(tmp_path), "--endpoint", url, *options)

        yield call


def test_a_room_is_made_once(apply: Apply, project: Project) -> None:
    """What was applied is read back as what is declared, so that a second time nothing is done."""
    first = apply("--allow-loosening")
    assert first.exit_code == ExitCode.OK, first.stderr
    assert f"{EXAM}: create (AGGREGATION_THRESHOLD)\n  aggregation_threshold_policy.threshold: 3\n" in first.stdout
    assert first.stderr.endswith("3 of 3 views changed\n")
    assert [view.name for view in project.room.views] == [
        f"clean-room-demo.mydataset.{name}" for name in ("ExamView", "NoisyExams", "SharedExams")
    ]
    second = apply("--allow-loosening")
    assert second.stderr.endswith("nothing to do: all 3 views are as declared\n")
    assert len(project.done) == len(project.tried) == 3


def test_dry_run_changes_nothing(apply: Apply, project: Project) -> None:
    outcome = apply("--dry-run", "--allow-loosening")
    assert outcome.stderr.endswith("dry run: 3 of 3 views would change\n")
    assert (len(project.tried), project.done, project.room.views) == (3, [], ())


def test_as_json(apply: Apply, project: Project) -> None:
    """Standard output holds the document alone, whether something is refused or not."""
    apply("--allow-loosening")
    threshold = "aggregation_threshold_policy.threshold: 3 becomes 2"
    outcome = apply("--format", "json", changes=(("threshold: 3", "threshold: 2"),))
    assert outcome.exit_code == ExitCode.DENIED
    document = json.loads(outcome.stdout)
    assert document["project"] == "clean-room-demo"
    exam, noisy, _ = document["views"]
    assert exam.pop("statement").startswith("ALTER VIEW")
    assert exam == {
        "view": EXAM,
        "action": "alter",
        "rule": "AGGREGATION_THRESHOLD",
        "changes": [threshold],
        "resets_budget": False,
        "loosens": ["the threshold falls from 3 to 2"],
        "refused": [],
    }
    assert (noisy["action"], noisy["changes"], noisy["statement"]) == ("keep", [], None)
    policy = "      privacy_policy:\n        aggregation_threshold_policy:\n          threshold: 3\n"
    refused = apply("--format", "json", changes=((policy + "          privacy_unit_column: last_name\n", ""),))
    assert json.loads(refused.stdout)["views"][0]["statement"] is None


def test_another_project(apply: Apply, project: Project) -> None:
    """Paths that name no project are those of --project."""
    project.room = project.room.model_copy(update={"project": "another-project"})
    assert apply("--project", "another-project", "--allow-loosening").exit_code == ExitCode.OK
    assert project.room.views[0].name == "another-project.mydataset.ExamView"


def test_a_tightened_policy_is_altered(apply: Apply, project: Project) -> None:
    apply("--allow-loosening")
    outcome = apply(changes=(("threshold: 3", "threshold: 50"),))
    assert outcome.exit_code == ExitCode.OK
    assert f"{EXAM}: alter" in outcome.stdout
    assert "  aggregation_threshold_policy.threshold: 3 becomes 50\n" in outcome.stdout
    assert "loosens" not in outcome.stdout
    assert project.done[3:] == [project.tried[-1]]
    assert project.done[3].startswith("ALTER VIEW `clean-room-demo`.`mydataset`.`ExamView`")


def test_nothing_loosens_unless_it_may(apply: Apply, project: Project) -> None:
    apply("--allow-loosening")
    changes = (("threshold: 3", "threshold: 2"),)
    refused = apply(changes=changes)
    assert refused.exit_code == ExitCode.DENIED
    assert "  loosens: the threshold falls from 3 to 2\n" in refused.stdout
    assert refused.stderr == (
        "cleanroom apply: queries could learn more than before; nothing is changed (--allow-loosening allows it)\n"
    )
    assert len(project.done) == len(project.tried) == 3
    assert apply("--allow-loosening", changes=changes).exit_code == ExitCode.OK
    assert len(project.done) == 4


@pytest.mark.parametrize(
    ("left", "says"),
    [
        (RemainingBudget(5.6, 0.08), "left are epsilon 5.6 and delta 0.08"),
        (RemainingBudget(25.6, 0.08), "left are epsilon 25.6 and delta 0.08"),
        (None, ""),
    ],
)
def test_a_spent_budget_is_not_filled_up_in_passing(
    apply: Apply, project: Project, left: RemainingBudget | None, says: str
) -> None:
    """Every ALTER begins the budgets anew: a tighter policy may still let queries learn more."""
    apply("--allow-loosening")
    if left is not None:
        project.left[NOISY] = left
    outcome = apply(changes=(("max_epsilon_per_query: 10", "max_epsilon_per_query: 1"),))
    assert outcome.exit_code == (ExitCode.DENIED if left else ExitCode.OK)
    assert "its privacy budgets begin anew" in outcome.stdout
    assert says in outcome.stdout
    assert ("loosens: the budgets begin anew" in outcome.stdout) == (left is not None)


def test_what_the_rules_of_alteration_forbid(apply: Apply, project: Project) -> None:
    """Not even with --allow-loosening, and not by replacing the view."""
    apply("--allow-loosening")
    policy = "join_restriction_policy:\n          join_condition: JOIN_ANY\n          join_allowed_columns: [test_id]"
    found = "aggregation_threshold_policy:\n          threshold: 3\n          privacy_unit_column: last_name"
    outcome = apply("--allow-loosening", changes=((found, policy),))
    assert outcome.exit_code == ExitCode.DENIED
    assert "refused: a view under aggregation_threshold_policy cannot be altered to join_restriction" in outcome.stdout
    assert outcome.stderr == "cleanroom apply: an update is refused; nothing is changed\n"
    assert len(project.done) == 3


def test_another_query_replaces_the_view_and_may_show_more(apply: Apply, project: Project) -> None:
    apply("--allow-loosening")
    changes = (("query: SELECT * FROM", "query: SELECT last_name, test_id FROM"),)
    refused = apply(changes=changes)
    assert refused.exit_code == ExitCode.DENIED
    assert f"loosens: another query may show other rows and columns through '{EXAM}'" in refused.stdout
    assert apply("--allow-loosening", changes=changes).exit_code == ExitCode.OK
    assert project.done[-1].startswith("CREATE OR REPLACE VIEW `clean-room-demo`.`mydataset`.`ExamView`")


def test_an_unprotected_view_under_a_protected_one(apply: Apply, project: Project) -> None:
    """Its query decides what the protected view shows; it is made first, and changing it may loosen."""
    base = "    - {name: mydataset.Base, query: SELECT * FROM mydataset.ExamTable}\n"
    text = (
        ("views:\n", f"views:\n{base}"),
        ("      query: SELECT * FROM mydataset.ExamTable", "      query: SELECT * FROM mydataset.Base"),
    )
    first = apply("--allow-loosening", changes=text)
    assert first.exit_code == ExitCode.OK, first.stderr
    assert f"{EXAM} can be checked only when clean-room-demo.mydataset.Base is there" in first.stderr
    assert [len(project.tried), len(project.done)] == [3, 4]
    assert project.done[0].startswith("CREATE VIEW `clean-room-demo`.`mydataset`.`Base`")
    other = (("query: SELECT * FROM mydataset.ExamTable}", "query: SELECT DISTINCT * FROM mydataset.ExamTable}"),)
    refused = apply(changes=(*text, *other))
    assert refused.exit_code == ExitCode.DENIED
    assert f"loosens: another query may show other rows and columns through '{EXAM}'" in refused.stdout


LOW = "aggregation_threshold_policy: {threshold: 1, privacy_unit_column: last_name}"


@pytest.mark.parametrize(
    ("views", "told"),
    [
        ("{name: mydataset.Open, query: SELECT * FROM mydataset.ExamTable}", "is new"),
        ("{name: mydataset.Open, query: SELECT test_id FROM mydataset.ExamView}", f"is new, over '{EXAM}'"),
        (f"{{name: mydataset.Exam2, query: SELECT * FROM mydataset.ExamTable, privacy_policy: {{{LOW}}}}}", "is new"),
    ],
)
def test_a_new_view_loosens(apply: Apply, project: Project, views: str, told: str) -> None:
    """Whatever it shows nobody could ask for before; `cleanroom diff` says so, too."""
    apply("--allow-loosening")
    outcome = apply(changes=(("views:\n", f"views:\n    - {views}\n"),))
    assert outcome.exit_code == ExitCode.DENIED
    assert f"loosens: {told}\n" in outcome.stdout
    assert len(project.done) == 3


def test_another_query_of_an_unprotected_view_loosens(apply: Apply) -> None:
    view = "views:\n    - {name: mydataset.Open, query: SELECT test_id FROM mydataset.ExamTable}\n"
    apply("--allow-loosening", changes=(("views:\n", view),))
    outcome = apply(changes=(("views:\n", view.replace("SELECT test_id", "SELECT *")),))
    assert outcome.exit_code == ExitCode.DENIED
    assert "loosens: its query changes\n" in outcome.stdout


def test_the_first_failure_ends_it(apply: Apply, project: Project) -> None:
    """A view over one that is made in the same run cannot be checked before; when it fails, what was done is told."""
    views = (
        "    - {name: mydataset.Base, query: SELECT * FROM mydataset.ExamTable}\n"
        "    - {name: mydataset.Second, query: SELECT * FROM mydataset.Base JOIN mydataset.Gone USING (test_id)}\n"
        "    - {name: mydataset.Third, query: SELECT * FROM mydataset.Second}\n"
    )
    gone = "    - {name: mydataset.Gone, columns: {test_id: STRING}}\n"
    changes = (("views:\n", f"views:\n{views}"), ("tables:\n", f"tables:\n{gone}"))
    outcome = apply("--allow-loosening", changes=changes)
    assert outcome.exit_code == ExitCode.EXECUTION
    prefix = "clean-room-demo.mydataset."
    assert outcome.stderr.endswith(
        f"applied: {prefix}SharedExams\n"
        f"cleanroom apply: {prefix}Second: BigQuery refuses: Not found: table 'mydataset.Gone' does not exist in this "
        f"room\n  applied before: {prefix}Base, {prefix}ExamView, {prefix}NoisyExams, {prefix}SharedExams\n"
        f"  not tried: {prefix}Third\n"
    )
    assert project.room.views[0].name == f"{prefix}Base"


TIGHTER = (("threshold: 3", "threshold: 10"),)
ALTERED = "ALTER VIEW `clean-room-demo`.`mydataset`.`{}` SET OPTIONS(privacy_policy='{}')"


def test_a_view_that_somebody_changed_meanwhile(apply: Apply, project: BusyProject) -> None:
    """What was compared was a step from 3 to 10; it would now be one from 50 to 10."""
    apply("--allow-loosening")
    policy = '{"aggregation_threshold_policy": {"threshold": 50, "privacy_unit_column": "last_name"}}'
    project.others = ALTERED.format("ExamView", policy)
    outcome = apply(changes=TIGHTER)
    assert outcome.exit_code == ExitCode.EXECUTION
    assert outcome.stderr == (
        f"cleanroom apply: {EXAM}: somebody changed it meanwhile; compare again\n"
        "  applied before: none\n  not tried: none\n"
    )
    assert len(project.done) == 3
    view = project.room.view(EXAM)
    assert view is not None
    assert view.privacy_policy is not None
    assert view.privacy_policy.aggregation_threshold_policy is not None
    assert view.privacy_policy.aggregation_threshold_policy.threshold == 50


def test_a_view_that_somebody_made_meanwhile(apply: Apply, project: BusyProject) -> None:
    """Of three views that are to be made, the second is there all at once; it is not replaced."""
    project.others = f"CREATE VIEW `{NOISY}` AS SELECT test_id FROM mydataset.ExamTable"
    outcome = apply("--allow-loosening")
    assert outcome.exit_code == ExitCode.EXECUTION
    assert f"{NOISY}: BigQuery refuses" in outcome.stderr, "the dry run says so already"
    assert project.done == []


def test_budget_that_is_charged_meanwhile_is_not_given_back(apply: Apply, project: BusyProject) -> None:
    """The declared budget is what was left when the view was compared; meanwhile a query ran."""
    apply("--allow-loosening")
    project.left[NOISY] = RemainingBudget(15.6, 0.09)
    changes = (("epsilon_budget: 25.6", "epsilon_budget: 15.6"), ("delta_budget: 0.1", "delta_budget: 0.09"))
    project.charged = (NOISY, RemainingBudget(5.6, 0.08))
    outcome = apply(changes=changes)
    assert outcome.exit_code == ExitCode.EXECUTION
    assert "queries were charged to it meanwhile, so that the update loosens" in outcome.stderr
    assert "left are epsilon 5.6 and delta 0.08" in outcome.stderr
    assert len(project.done) == 3
    assert apply("--allow-loosening", changes=changes).exit_code == ExitCode.OK


def test_ctrl_c_tells_what_was_done(apply: Apply, project: BusyProject) -> None:
    """The statement that runs may have happened; what comes after it has not. Going on is applying again."""
    project.interrupted_at = 2
    outcome = apply("--allow-loosening")
    assert outcome.exit_code == ExitCode.INTERRUPTED
    assert outcome.stderr.endswith(
        f"applied: {EXAM}\n"
        f"cleanroom apply: interrupted at {NOISY}, which may be changed or not\n"
        f"  applied before: {EXAM}\n"
        "  not tried: clean-room-demo.mydataset.SharedExams\n"
    )
    assert len(project.done) == 2
    project.interrupted_at = None
    assert apply("--allow-loosening").stderr.endswith("1 of 3 views changed\n")


def test_ctrl_c_before_anything_is_done(apply: Apply, project: BusyProject) -> None:
    project.interrupted_at = 0
    outcome = apply("--allow-loosening")
    assert outcome.exit_code == ExitCode.INTERRUPTED
    assert outcome.stderr == "cleanroom apply: interrupted; nothing is changed\n"
    assert project.done == []


def test_what_bigquery_refuses_beforehand(apply: Apply, project: Project) -> None:
    """The room's table is not in the project: the first statement is refused before any other runs."""
    project.room = project.room.model_copy(update={"tables": project.room.tables[1:]})
    outcome = apply("--allow-loosening")
    assert outcome.exit_code == ExitCode.EXECUTION
    assert outcome.stderr == (
        f"cleanroom apply: {EXAM}: BigQuery refuses: Not found: table 'mydataset.ExamTable' does not exist in this "
        "room; nothing is changed\n"
    )
    assert project.done == []


def test_a_table_in_the_way(apply: Apply, project: Project) -> None:
    """No table is taken for a view."""
    table = BigQueryTable(name="mydataset.ExamView", columns={"id": "STRING"})
    project.room = project.room.model_copy(update={"tables": (*project.room.tables, table)})
    outcome = apply("--allow-loosening")
    assert outcome.exit_code == ExitCode.INPUT
    assert outcome.stderr == (
        f"cleanroom apply: {EXAM} cannot be made a view of the room: it is not a view; found type TABLE; "
        "nothing is changed\n"
    )


def test_nobody_answers(cleanroom: Cleanroom) -> None:
    outcome = cleanroom("apply", "bigquery", str(EXAMPLE), "--endpoint", "http://127.0.0.1:1")
    assert outcome.exit_code == ExitCode.INPUT
    assert outcome.stderr == (
        "cleanroom apply: BigQuery cannot be asked: nobody answers at 'http://127.0.0.1:1'; nothing is changed\n"
    )


def test_an_address_that_is_none(cleanroom: Cleanroom) -> None:
    outcome = cleanroom("apply", "bigquery", str(EXAMPLE), "--endpoint", "localhost:9050")
    assert outcome.exit_code == ExitCode.INPUT
    assert outcome.stderr == (
        "cleanroom apply: 'localhost:9050' is not an address; it begins with http:// or https://; nothing is changed\n"
    )


def test_no_credentials(cleanroom: Cleanroom, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    outcome = cleanroom("apply", "bigquery", str(EXAMPLE))
    assert outcome.exit_code == ExitCode.INPUT
    assert outcome.stderr == (
        "cleanroom apply: there are no credentials of Google Cloud; run `gcloud auth application-default login`, "
        "or set GOOGLE_APPLICATION_CREDENTIALS; nothing is changed\n"
    )


def test_a_room_of_aws_is_refused(cleanroom: Cleanroom) -> None:
    outcome = cleanroom("apply", "bigquery", "examples/complete_journey/reach")
    assert outcome.exit_code == ExitCode.INPUT
    assert "this is a room of AWS, which has no views" in " ".join(outcome.stderr.split())


def test_a_project_that_is_none(cleanroom: Cleanroom) -> None:
    outcome = cleanroom("apply", "bigquery", str(EXAMPLE), "--project", "X")
    assert outcome.exit_code == ExitCode.INPUT
    assert "--project X: String should have at least 6 characters" in " ".join(outcome.stderr.split())
