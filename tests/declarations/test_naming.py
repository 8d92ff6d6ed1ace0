"""Lists in messages stay short, and the name that was probably meant is always among those shown."""

from __future__ import annotations

import pytest

from declarations.naming import closest, counted, did_you_mean, listed

MANY = [f"c{index}" for index in range(5_000)]


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ([], "none"),
        (["a"], "'a'"),
        (MANY[:12], ", ".join(f"'c{index}'" for index in range(12))),
        (MANY, ", ".join(f"'c{index}'" for index in range(12)) + ", ... (5,000 in all)"),
    ],
)
def test_listed(names: list[str], text: str) -> None:
    assert listed(names) == text


def test_what_is_suggested_is_listed() -> None:
    assert listed(MANY, first="c4999").endswith("'c10', 'c4999', ... (5,000 in all)")
    assert listed(["a"], first="b") == "'a'"


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("max_epsilon", "max_epsilon_per_query"),
        ("max_groups", "max_groups_contributed"),
        ("max_epsilon_per", "max_epsilon_per_query"),
        ("delta", None),
        ("max_", None),
    ],
)
def test_the_only_name_that_a_word_begins_is_suggested(word: str, near: str | None) -> None:
    names = ["max_epsilon_per_query", "epsilon_budget", "delta_per_query", "delta_budget", "max_groups_contributed"]
    assert closest(word, names) == near


@pytest.mark.parametrize(("word", "near"), [("weak", "Week"), ("WEEK", "Week"), ("household", None)])
def test_closest(word: str, near: str | None) -> None:
    assert closest(word, ["day", "Week"]) == near
    assert did_you_mean(word, ["day", "Week"]) == ("" if near is None else f"; did you mean {near!r}?")


@pytest.mark.parametrize(
    ("number", "words", "text"),
    [
        (1, ("row",), "1 row"),
        (0, ("row",), "0 rows"),
        (2_000, ("row",), "2,000 rows"),
        (2, ("policy", "policies"), "2 policies"),
        (1, ("policy", "policies"), "1 policy"),
    ],
)
def test_counted(number: int, words: tuple[str, ...], text: str) -> None:
    assert counted(number, *words) == text


def test_two_letters_of_a_short_word_are_swapped() -> None:
    assert closest("smu", ["COUNT", "SUM"]) == "SUM"
    assert closest("COUTN", ["NOTCU", "COUNT"]) == "COUNT"
