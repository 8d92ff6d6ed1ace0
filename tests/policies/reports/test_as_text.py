"""Text for people: every finding that is not waived, with the line underlined."""

from __future__ import annotations

from dataclasses import replace

from policies.reports.as_text import WIDTH, summary, write
from policies.reports.report import Asked, Location, Report
from tests.policies.reports.samples import ADVISES, EMPTY, FAILS, REPORT, WAIVED


def test_targets_in_order_with_the_line_underlined() -> None:
    assert write(REPORT) == (
        "reach/1\n"
        "  epsilon (high, not known)\n"
        "    'epsilon' is not known yet\n"
        "\n"
        "reach/1/configured_tables/orders\n"
        "  rooms/a b/room.yaml:12:9: low_minimum (high)\n"
        "     12 |         minimum: 2\n"
        "        |         ^^^^^^^\n"
        "    100% <of> the | rows, \"all\" & 'some': see line two\n"
        "\n"
        "reach/collaboration\n"
        "  payer (low, advised)\n"
        "    no payer is stated\n"
        "\n"
        "cleanroom policy show NAME: why a policy is there, and how to waive it\n"
        "\n"
        "5 policies, 6 checks: 1 passed, 1 failed, 1 not known, 1 advised, 2 waived"
    )


def test_a_long_line_is_cut_around_the_place() -> None:
    place = Location("room.yaml", 1, 300, 20, "a" * 299 + "b" * 20 + "\t" + "c" * 400)
    finding = replace(FAILS, location=place)
    lines = write(Report((), (Asked("reach", "x", finding.target, (finding,)),))).splitlines()
    line, mark = lines[2], lines[3]
    assert len(line) <= WIDTH
    assert line[mark.index("^") : mark.rindex("^") + 1] == "b" * 20


def test_advice_that_nobody_can_give_yet_is_told_from_advice() -> None:
    unsure = replace(ADVISES, known=False)
    assert "  payer (low, advised, not known)" in write(Report((), (Asked("reach", "payer", "x", (unsure,)),)))


def test_nothing_asked() -> None:
    assert write(EMPTY) == "0 policies, 0 checks: 0 passed"


def test_counts_of_what_was_asked_add_up() -> None:
    """Of several findings of one question the worst counts; how many findings there are is told apart."""
    several = replace(REPORT, asked=(*REPORT.asked, Asked("reach", "x", "y", (WAIVED, FAILS, WAIVED))))
    assert summary(several) == (
        "5 policies, 7 checks: 1 passed, 2 failed, 1 not known, 1 advised, 2 waived; "
        "findings: 2 failed, 1 not known, 1 advised, 4 waived"
    )


def test_a_target_is_named_once() -> None:
    asked = Asked("reach", "x", FAILS.target, (FAILS, FAILS))
    assert write(Report((), (asked,))).count(FAILS.target) == 1
