"""`cleanroom diff` over rooms of BigQuery."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.cli.calling import Cleanroom, Outcome

EXAMPLE = Path(__file__).parents[3] / "examples" / "bigquery_exams"


def test_a_policy_and_the_queries_that_it_opens(cleanroom: Cleanroom, tmp_path: Path) -> None:
    """The same words as `cleanroom apply`, and the verdicts on queries beside them."""
    new = tmp_path / "new"
    shutil.copytree(EXAMPLE, new)
    file = new / "room.yaml"
    text = file.read_text(encoding="utf-8").replace("threshold: 3", "threshold: 2")
    file.write_text(text.replace("[test_score, last_name]", "[last_name]"), encoding="utf-8")
    outcome = cleanroom("diff", str(EXAMPLE), str(new))
    assert outcome.exit_code == 1
    for told in (
        "  exams/views/mydataset.ExamView\n    the threshold falls from 3 to 2\n",
        "    join_restriction_policy.join_allowed_columns: [test_score, last_name]\n    becomes [last_name]\n",
        "  exams/queries/known_scores\n    was allowed, is denied\n",
    ):
        assert told in outcome.stdout


def test_the_same_room(cleanroom: Cleanroom) -> None:
    assert (
        cleanroom("diff", str(EXAMPLE), str(EXAMPLE)).stdout
        == "0 changes loosen, 0 tighten, 0 leave privacy as it is\n"
    )


def test_a_room_that_changes_clouds(cleanroom: Cleanroom) -> None:
    """The one goes, the other is new; nothing is compared that cannot be."""
    outcome = cleanroom("diff", str(EXAMPLE), "examples/complete_journey/reach")
    assert outcome.exit_code == 1
    assert "is new" in outcome.stdout
    assert "is gone" in outcome.stdout


VIEWS = "views:\n    - {name: mydataset.Base, query: 'SELECT last_name, test_id FROM mydataset.ExamTable'}\n"
TOP = "    - {name: mydataset.Top, query: SELECT test_id FROM mydataset.ExamView}\n"
UNDER = ("      query: SELECT * FROM mydataset.ExamTable", "      query: SELECT * FROM mydataset.Base")


def test_views_without_a_policy_are_followed(cleanroom: Cleanroom, tmp_path: Path) -> None:
    """To the protected views that they read, and to those that read them; and to columns that come in by a star."""
    outcome = _diff(
        cleanroom,
        tmp_path,
        old=(("views:\n", VIEWS + TOP), UNDER),
        new=(
            ("views:\n", VIEWS.replace("last_name, test_id", "last_name, test_id, test_score") + TOP),
            UNDER,
            ("SELECT test_id FROM mydataset.ExamView", "SELECT last_name FROM mydataset.ExamView"),
        ),
    )
    assert outcome.exit_code == 1
    assert outcome.stdout.startswith(
        "loosens\n"
        "  exams/views/mydataset.Base\n"
        "    another query may show other rows and columns through 'mydataset.ExamView'\n"
        "  exams/views/mydataset.Base\n"
        "    its query changes\n"
        "  exams/views/mydataset.Base\n"
        "    shows column 'test_score' too\n"
        "  exams/views/mydataset.Top\n"
        "    its query changes, over 'mydataset.ExamView'\n"
        "  exams/views/mydataset.Top\n"
        "    shows column 'last_name' too\n"
        "  exams/views/mydataset.ExamView\n"
        "    shows column 'test_score' too\n"
    )


def test_a_column_of_a_table_that_a_protected_view_shows(cleanroom: Cleanroom, tmp_path: Path) -> None:
    new = (("test_score: INT64}", "test_score: INT64, email: STRING}"),)
    outcome = _diff(cleanroom, tmp_path, old=(), new=new)
    assert outcome.exit_code == 1
    assert "  exams/views/mydataset.ExamView\n    shows column 'email' too\n" in outcome.stdout


def test_a_new_view_over_a_protected_one(cleanroom: Cleanroom, tmp_path: Path) -> None:
    outcome = _diff(cleanroom, tmp_path, old=(), new=(("views:\n", "views:\n" + TOP),))
    assert "  exams/views/mydataset.Top\n    is new, over 'mydataset.ExamView'\n" in outcome.stdout


Replacements = tuple[tuple[str, str], ...]


def _diff(cleanroom: Cleanroom, folder: Path, old: Replacements, new: Replacements) -> Outcome:
    for name, replacements in (("old", old), ("new", new)):
        shutil.copytree(EXAMPLE, folder / name)
        text = (folder / name / "room.yaml").read_text(encoding="utf-8")
        for before, after in replacements:
            assert before in text
            text = text.replace(before, after, 1)
        (folder / name / "room.yaml").write_text(text, encoding="utf-8")
    return cleanroom("diff", str(folder / "old"), str(folder / "new"))
