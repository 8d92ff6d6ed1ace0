"""Views of a room after all that they read, however they are declared."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from declarations.bigquery.room import BigQueryRoom
from simulator.views.bigquery_room import ViewError
from simulator.views.order import placed_views
from tests.declarations.bigquery.policies import THRESHOLD, parts

TABLE = {"name": "ds.Exams", "columns": {"last_name": "STRING", "test_id": "STRING"}}
BASE = {"name": "ds.Base", "query": "SELECT * FROM ds.Exams"}
SHARED = {"name": "ds.Shared", "query": "SELECT * FROM ds.Base", "privacy_policy": parts(threshold=THRESHOLD)}
OUTER = {"name": "ds.Outer", "query": "SELECT test_id FROM ds.Shared"}
BESIDE = {"name": "ds.Beside", "query": "SELECT test_id FROM ds.Exams"}


def _room(*views: dict[str, Any]) -> BigQueryRoom:
    return BigQueryRoom.model_validate({"name": "r", "project": "clean-room", "tables": [TABLE], "views": list(views)})


@pytest.mark.parametrize("views", [*itertools.permutations((BASE, SHARED, OUTER, BESIDE))])
def test_order(views: tuple[dict[str, Any], ...]) -> None:
    placed = {one.view.name: one for one in placed_views(_room(*views))}
    names = [*placed]
    assert names.index("ds.Base") < names.index("ds.Shared") < names.index("ds.Outer")
    assert {name: set(one.reads) for name, one in placed.items()} == {
        "ds.Base": set(),
        "ds.Shared": {"ds.Base"},
        "ds.Outer": {"ds.Base", "ds.Shared"},
        "ds.Beside": set(),
    }
    assert {name: one.feeds for name, one in placed.items() if one.feeds} == {"ds.Base": ("ds.Shared",)}


def test_a_view_over_itself_has_no_place() -> None:
    with pytest.raises(ViewError, match=r"ds\.Outer"):
        placed_views(_room({"name": "ds.Outer", "query": "SELECT * FROM ds.Outer"}))


@pytest.mark.parametrize(
    ("query", "reads"),
    [
        ("SELECT last_name FROM `ds`.`Shared`", {"ds.Base", "ds.Shared"}),
        ("SELECT last_name FROM `clean-room.ds.Shared`", {"ds.Base", "ds.Shared"}),
        ("SELECT 1 AS one WHERE EXISTS (SELECT 1 FROM clean-room.ds.Base)", {"ds.Base"}),
        ("WITH Shared AS (SELECT 1 AS one) SELECT one FROM Shared", set()),
        ("SELECT Shared.test_id AS Base FROM ds.Exams AS Shared -- and no ds.Base", set()),
        ("SELECT 'FROM ds.Shared' AS text", set()),
        ("SELECT WITH AGGREGATION_THRESHOLD COUNT(*) AS n FROM ds.Shared", {"ds.Base", "ds.Shared"}),
    ],
)
def test_a_view_reads_what_its_parsed_query_names(query: str, reads: set[str]) -> None:
    room = _room({"name": "ds.Asking", "query": query}, SHARED, BASE)
    assert {one.view.name: set(one.reads) for one in placed_views(room)}["ds.Asking"] == reads


def test_a_column_with_the_name_of_a_view_changes_no_order() -> None:
    over = {"name": "ds.test_id", "query": "SELECT * FROM ds.Narrow"}
    narrow = {"name": "ds.Narrow", "query": "SELECT test_id FROM ds.Exams"}
    assert [one.view.name for one in placed_views(_room(over, narrow))] == ["ds.Narrow", "ds.test_id"]
