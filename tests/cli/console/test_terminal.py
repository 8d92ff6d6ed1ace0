"""Texts stay within the width of the output, beside their rows or below them."""

from __future__ import annotations

from cli.console.terminal import PIPED_WIDTH, table, table_of_texts


def test_texts_stand_beside_their_rows_where_there_is_room() -> None:
    headings, rows = ("name", "says"), [("a", "short"), ("b", "long " * 30)]
    assert table_of_texts(headings, rows) == table(headings, rows)


def test_texts_without_room_stand_below_their_rows() -> None:
    rows = [("n" * 65, "high", "what it says, " * 9), ("b", "low", "")]
    assert table_of_texts(("name", "level", "says"), rows).splitlines() == [
        f"{'name':<65}  level",
        "  says",
        f"{'-' * 65}  -----",
        f"{'n' * 65}  high",
        "  what it says, what it says, what it says, what it says, what it says, what it",
        "  says, what it says, what it says, what it says,",
        f"{'b':<65}  low",
    ]
    assert max(map(len, table_of_texts(("name", "level", "says"), rows).splitlines())) <= PIPED_WIDTH
