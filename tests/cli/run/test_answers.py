"""What an answer says beside its rows, whichever cloud the room is of."""

from __future__ import annotations

import pytest

from cli.run.answers import removed_text, several_groups_text
from simulator.execution.results import Bias


def _bias(several: int | None) -> Bias:
    return Bias(2_000, 0, 1_000, 0, 0, {}, 4, 0, users_in_several_groups=several)


@pytest.mark.parametrize("several", [None, 0])
def test_a_count_of_users_without_bias_needs_no_remedy(several: int | None) -> None:
    assert list(several_groups_text(_bias(several), "  ")) == []


def test_the_remedy_stands_beside_the_bias_of_a_count_of_users() -> None:
    told = " ".join(" ".join(several_groups_text(_bias(900), "  ")).split())
    assert told.startswith(
        "900 of 1,000 users have rows in several groups; a count of users counts each in one of them"
    )
    assert "COUNT(DISTINCT CASE WHEN ... THEN user END)" in told


@pytest.mark.parametrize(
    ("rows", "words"), [(0, "0 rows removed"), (1, "1 row removed"), (2_000, "2,000 rows removed")]
)
def test_removed_rows(rows: int, words: str) -> None:
    assert removed_text(rows).startswith(f"{words} by thresholds (for the data owner only")
