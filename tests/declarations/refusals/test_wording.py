"""What was found, in words."""

from __future__ import annotations

from pathlib import Path

from declarations.refusals.wording import message, show_value, wrong_kind


def test_errors_without_words_of_ours_keep_their_own() -> None:
    assert message({"type": "url_scheme", "input": "x", "msg": "is not a web address"}) == "is not a web address"
    assert message({"type": "finite_number", "input": 1e999, "msg": ""}) == "Infinity is not a finite number"


def test_values_are_shown_short() -> None:
    assert show_value("x" * 100) == f"'{'x' * 29}...{'x' * 29}'"
    assert (show_value((1, 2)), show_value({}), show_value(None), show_value(Path("a"))) == (
        "a list",
        "a mapping",
        "null",
        repr(Path("a")),
    )


def test_a_day_that_does_not_exist_is_no_matter_of_its_form() -> None:
    expected = 'a date as "2026-01-31"'
    assert wrong_kind(expected, "2027-02-30", None) == f"'2027-02-30' is not in the calendar; {expected} is expected"
    assert wrong_kind(expected, "31.01.2026", None) == f"'31.01.2026' is text, but {expected} is expected"
