"""Markdown for a pull request."""

from __future__ import annotations

from policies.reports.as_markdown import write
from tests.policies.reports.samples import EMPTY, REPORT


def test_a_table_a_standing_and_what_is_waived_folded() -> None:
    text = write(REPORT)
    assert text.startswith(
        "### Clean rooms: does not pass\n\n5 policies, 6 checks: 1 fails, 1 unknown, 1 advises, 2 waived.\n"
    )
    order = [text.index(heading) for heading in ("#### Fails: 1", "#### Not known yet: 1", "#### Advice: 1")]
    assert order == sorted(order)
    folded = text.partition("<details><summary>Waived: 2</summary>")[2]
    assert "| 2027\\-03\\-31, DPO: a \\*pilot\\* |" in folded
    assert folded.partition("</details>")[0].count("| severity | rule |") == 1


def test_what_broken_rules_are_about_is_folded_away() -> None:
    """The page of the rule, not only the paper that it goes back to; a rule that is only waived has none."""
    pages = write(REPORT).partition("<details><summary>What the rules forbid, and why</summary>")[2]
    page = "- **low\\_minimum**: A low minimum. Small groups show people. Raise it. [Source](https://a.b/c)\n"
    assert page in pages
    assert [line.split("**")[1] for line in pages.splitlines() if line[:2] == "- "] == [
        "low\\_minimum",
        "epsilon",
        "payer",
    ]
    assert pages.rstrip().endswith("</details>")


def test_text_of_files_cannot_break_the_table() -> None:
    [row] = [line for line in write(REPORT).splitlines() if "rows" in line]
    assert row == (
        "| high | low\\_minimum | rooms/a b/room\\.yaml:12 "
        "| 100% \\<of\\> the \\| rows, \"all\" \\& 'some': see line two |"
    )


def test_nothing_found_passes() -> None:
    assert write(EMPTY) == "### Clean rooms: passes\n\n0 policies, 0 checks: 0 fails, 0 unknown, 0 advises, 0 waived.\n"
