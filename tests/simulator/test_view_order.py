"""Views of a room after all that they read, however they are declared."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from declarations.bigquery.room import BigQueryRoom
from simulator.bigquery_room import ViewError
from simulator.view_order import placed_views
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
