"""`cleanroom diff` over rooms of BigQuery."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.cli.calling import Cleanroom

EXAMPLE = Path(__file__).parents[2] / "examples" / "bigquery_exams"


def test_a_policy_and_the_queries_that_it_opens(cleanroom: Cleanroom, tmp_path: Path) -> None:
    """The same words as `cleanroom apply`, and the verdicts on queries beside them."""
    new = tmp_path / "new"
    shutil.copytree(EXAMPLE, new)
    file = new / "room.yaml"
    text = file.read_text(encoding="utf-8").replace("threshold: 3", "threshold: 2")
    file.write_text(text.replace("[test_score, last_name]", "[last_name]"), encoding="utf-8")
    outcome = cleanroom("diff", str(EXAMPLE), str(new))
    assert outcome.exit_code == 1
    assert outcome.stdout.startswith(
        "loosens\n"
        "  exams/views/mydataset.ExamView\n"
        "    the threshold falls from 3 to 2\n"
        "\n"
        "tightens\n"
        "  exams/views/mydataset.SharedExams\n"
        "    join_restriction_policy.join_allowed_columns: [test_score, last_name]\n"
        "    becomes [last_name]\n"
        "  exams/queries/known_scores\n"
        "    was allowed, is denied\n"
    )


def test_the_same_room(cleanroom: Cleanroom) -> None:
    assert cleanroom("diff", str(EXAMPLE), str(EXAMPLE)).stdout == "0 loosens, 0 tightens, 0 leaves\n"


def test_a_room_that_changes_clouds(cleanroom: Cleanroom) -> None:
    """The one goes, the other is new; nothing is compared that cannot be."""
    outcome = cleanroom("diff", str(EXAMPLE), "examples/complete_journey/reach")
    assert outcome.exit_code == 1
    assert "is new" in outcome.stdout
    assert "is gone" in outcome.stdout
