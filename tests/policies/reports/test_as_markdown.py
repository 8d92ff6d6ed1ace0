"""Markdown for a pull request."""

from __future__ import annotations

from policies.reports.as_markdown import write
from tests.policies.reports.samples import EMPTY, REPORT


def test_a_table_a_standing_and_what_is_waived_folded() -> None:
    text = write(REPORT)
    assert text.startswith("### Clean rooms: does not pass\n\n6 asked: 1 fails, 1 unknown, 1 advises, 2 waived.\n")
    order = [text.index(heading) for heading in ("#### Fails: 1", "#### Not known yet: 1", "#### Advice: 1")]
    assert order == sorted(order)
    folded = text.partition("<details><summary>Waived: 2</summary>")[2]
    assert "| 2027\\-03\\-31, DPO: a \\*pilot\\* |" in folded
    assert folded.rstrip().endswith("</details>")


def test_text_of_files_cannot_break_the_table() -> None:
    [row] = [line for line in write(REPORT).splitlines() if "rows" in line]
    assert row == (
        "| high | [low\\_minimum](https://a.b/c) | rooms/a b/room\\.yaml:12 "
        "| 100% \\<of\\> the \\| rows, \"all\" \\& 'some': see line two |"
    )


def test_nothing_found_passes() -> None:
    assert write(EMPTY) == "### Clean rooms: passes\n\n0 asked: 0 fails, 0 unknown, 0 advises, 0 waived.\n"
