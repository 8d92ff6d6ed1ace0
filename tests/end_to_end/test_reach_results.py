"""Results of the room *reach* equal plain SQL, written by hand with the thresholds by hand, on the same rows.

The hand-written queries in `tests/cases/end_to_end/reach/` know nothing of rules or rewriting, and are put together in
another way where there is one (semi-joins, sums per household, set operators).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from cli.rooms.opening_aws import open_room
from examples.complete_journey.prepare import DATA, TABLES, prepare
from simulator.execution.loading.data import FolderData
from simulator.execution.running import run
from simulator.privacy.rng import secure

CASES = Path(__file__).parents[1] / "cases" / "end_to_end" / "reach"
SUBJECTS = {subject.name: subject for subject in open_room(DATA.parent / "reach").subjects if subject.expect is None}
LIMITED = {"private_label_coupons": 50}
"""Queries that stop after so many rows, whichever these are."""


@pytest.fixture(scope="module")
def by_hand() -> Iterator[duckdb.DuckDBPyConnection]:
    prepare()
    with duckdb.connect() as connection:
        for name in TABLES:
            connection.from_parquet(str(DATA / f"{name}.parquet")).create_view(name)
        yield connection


def _is_same(found: tuple[object, ...], expected: tuple[object, ...]) -> bool:
    """Tell whether two rows are equal; means, which engines round differently, to six decimals, all else exactly."""
    return len(found) == len(expected) and all(
        float(str(cell)) == pytest.approx(wanted, abs=5e-7) if isinstance(wanted, float) else cell == wanted
        for cell, wanted in zip(found, expected, strict=True)
    )


def test_every_query_has_its_twin() -> None:
    assert {path.stem for path in CASES.glob("*.sql")} == set(SUBJECTS)


@pytest.mark.parametrize("name", sorted(SUBJECTS))
def test_rows_equal_those_of_plain_sql(name: str, by_hand: duckdb.DuckDBPyConnection) -> None:
    sql = (CASES / f"{name}.sql").read_text(encoding="utf-8")
    expected = by_hand.execute(sql).fetchall()
    columns = [column[0] for column in by_hand.description or ()]
    answer = run(SUBJECTS[name].request, FolderData(DATA), booking=None, source=secure()).answer
    found = [tuple(row) for row in answer.rows]
    assert [column.name for column in answer.columns] == columns
    assert expected, "a comparison of nothing with nothing shows nothing"
    if name in LIMITED:
        assert len(found) == len(set(found)) == LIMITED[name]
        assert set(found) <= set(expected)
    elif "ORDER BY" in SUBJECTS[name].request.sql:
        assert len(found) == len(expected)
        assert all(map(_is_same, found, expected)), (found, expected)
    else:
        assert sorted(found, key=repr) == sorted(expected, key=repr)


def test_the_owner_is_told_how_many_rows_the_threshold_removed(by_hand: duckdb.DuckDBPyConnection) -> None:
    [(campaigns,)] = by_hand.execute(
        """SELECT count(DISTINCT campaign_id)
        FROM coupon_redemptions JOIN campaign_mailings USING (household_id, campaign_id)"""
    ).fetchall()
    request = SUBJECTS["redemptions_by_campaign"].request
    result = run(request, FolderData(DATA), booking=None, source=secure())
    assert result.rows_removed_by_threshold == campaigns - len(result.answer.rows) > 0
