"""Rooms of BigQuery: names, columns, and where a policy may stand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from declarations.bigquery.column_types import (
    base_type,
    can_be_privacy_unit,
    is_groupable,
    is_same_type,
    lacks_field,
    path_type,
)
from declarations.bigquery.room import BigQueryRoom
from declarations.loading import LoadedBigQueryRoom, LoadingError, load_any_room, load_room
from declarations.loading.problems import Place
from tests.declarations.bigquery.policies import JOIN, THRESHOLD, parts

COLUMNS = {"last_name": "STRING", "test_id": "STRING", "test_score": "INT64"}
TABLE = {"name": "ds.Exams", "columns": COLUMNS}
VIEW = {"name": "ds.V", "query": "SELECT * FROM ds.Exams", "privacy_policy": parts(threshold=THRESHOLD)}


def _room(**changed: Any) -> BigQueryRoom:  # noqa: ANN401 - any members of a room
    room = {"name": "Exams", "project": "clean-room-demo", "tables": [TABLE], "views": [VIEW]}
    return BigQueryRoom.model_validate(room | changed)


def _problem(**changed: Any) -> str:  # noqa: ANN401 - as above
    with pytest.raises(ValidationError) as refused:
        _room(**changed)
    return "; ".join(f"{'.'.join(map(str, line['loc']))}: {line['msg']}" for line in refused.value.errors())


def test_a_room() -> None:
    room = _room()
    assert room.full_path("ds.V") == "clean-room-demo.ds.V"
    assert room.view("clean-room-demo.ds.V") is room.views[0]
    assert room.view("other-project.ds.V") is None
    assert room.table("clean-room-demo.ds.Exams") is room.tables[0]
    assert room.table("ds.V") is None


def test_a_view_with_its_columns() -> None:
    columns = _room(views=[VIEW | {"columns": COLUMNS}]).views[0].columns or {}
    assert {name: column.type for name, column in columns.items()} == COLUMNS


def test_a_column_may_say_what_personal_data_it_holds() -> None:
    columns = {"last_name": {"type": "STRING", "pii": "last_name"}, "test_id": "STRING"}
    found = _room(tables=[TABLE | {"columns": columns}]).tables[0].columns
    assert {name: column.pii for name, column in found.items()} == {"last_name": "last_name", "test_id": None}


def test_the_schema_offers_a_type_alone() -> None:
    described = BigQueryRoom.model_json_schema()["$defs"]["BigQueryColumn"]["anyOf"]
    assert [one["type"] for one in described] == ["string", "object"]


def test_upper_and_lower_case_make_two_names() -> None:
    assert len(_room(tables=[TABLE, TABLE | {"name": "ds.exams"}]).tables) == 2


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"views": [VIEW | {"name": "ds.Exams"}]}, "views.0.name: 'ds.Exams' is already the name of tables.0"),
        ({"tables": [TABLE, TABLE]}, "tables.1.name: 'ds.Exams' is already the name of tables.0"),
        ({"views": [VIEW, VIEW | {"name": "clean-room-demo.ds.V"}]}, "is already the name of views.0"),
        (
            {"views": [VIEW | {"kind": "MATERIALIZED_VIEW"}]},
            "a materialized view takes no privacy policy; found one on 'ds.V'",
        ),
        (
            {"views": [VIEW | {"columns": {"name": "STRING"}}]},
            "'last_name' is not a column of the view (columns: 'name')",
        ),
        (
            {"views": [VIEW | {"columns": {"last_name": "ARRAY<STRING>"}}]},
            "has type ARRAY<STRING>, which cannot be grouped by",
        ),
        (
            {
                "views": [
                    VIEW
                    | {
                        "columns": COLUMNS,
                        "privacy_policy": parts(THRESHOLD, join={**JOIN, "join_allowed_columns": ["x"]}),
                    }
                ]
            },
            "views.0.privacy_policy.join_restriction_policy.join_allowed_columns.0: 'x' is not a column",
        ),
        ({"tables": [TABLE | {"columns": {"a": "STRNG"}}]}, "'STRNG' is not a BigQuery type; did you mean 'STRING'?"),
        ({"tables": [TABLE | {"name": "Exams"}]}, "tables.0.name: String should match pattern"),
        ({"tables": [TABLE | {"name": "a`b.c"}]}, "tables.0.name: String should match pattern"),
        ({"views": [VIEW | {"name": f"ds.V{index}"} for index in range(101)]}, "at most 100 views with a policy"),
    ],
)
def test_refused(changed: dict[str, Any], problem: str) -> None:
    assert problem in _problem(**changed)


@pytest.mark.parametrize(
    ("written", "name", "groupable", "unit"),
    [
        ("STRING", "STRING", True, True),
        ("decimal(10, 2)", "NUMERIC", True, True),
        ("Integer", "INT64", True, True),
        ("ARRAY<STRUCT<a INT64>>", "ARRAY", True, False),
        ("ARRAY<JSON>", "ARRAY", False, False),
        ("RECORD", "STRUCT", True, False),
        ("STRUCT<a NUMERIC(10, 2), b ARRAY<STRUCT<INT64, `c d` STRING>>>", "STRUCT", True, False),
        ("STRUCT<INT64, STRUCT<b GEOGRAPHY>>", "STRUCT", False, False),
        ("RANGE<DATE>", "RANGE", True, True),
        ("JSON", "JSON", False, False),
    ],
)
def test_types(written: str, name: str, groupable: bool, unit: bool) -> None:  # noqa: FBT001 - columns of a table
    assert (base_type(written), is_groupable(written), can_be_privacy_unit(written)) == (name, groupable, unit)


@pytest.mark.parametrize(
    ("written", "lacks"),
    [
        ("", False),
        ("JSON", False),
        ("STRUCT", False),
        ("STRUCT<INT64>", False),
        ("STRUCT<a INT64, STRING>", False),
        ("STRUCT<`X y` INT64, x STRING>", False),
        ("STRUCT<a INT64>", True),
        ("ARRAY<STRUCT<x INT64>>", True),
        ("STRING", True),
    ],
)
def test_fields_that_are_not_there(written: str, lacks: bool) -> None:  # noqa: FBT001 - a column of the table of cases
    assert lacks_field(written, "X") is lacks


@pytest.mark.parametrize("written", ["", "STRING(", "<STRING>", "VARCHAR"])
def test_no_types(written: str) -> None:
    assert base_type(written) == ""


ROOM_FILE = """\
bigquery:
  name: Exams
  project: clean-room-demo
  tables:
  - name: ds.Exams
    columns: {last_name: STRING}
"""


def test_the_key_bigquery_makes_a_room_of_bigquery(tmp_path: Path) -> None:
    (tmp_path / "room.yaml").write_text(ROOM_FILE)
    loaded = load_any_room(tmp_path)
    assert isinstance(loaded, LoadedBigQueryRoom)
    assert (loaded.room.name, loaded.folder) == ("Exams", tmp_path)


def test_places_are_known_in_either_spelling(tmp_path: Path) -> None:
    text = "bigquery:\n  name: Exams\n  project: clean-room-demo\n  views:\n  - name: ds.V\n    query: SELECT 1 one\n"
    policy = "    privacyPolicy:\n      aggregationThresholdPolicy: {threshold: 3, privacyUnitColumn: one}\n"
    (tmp_path / "room.yaml").write_text(text + policy)
    loaded = load_any_room(tmp_path)
    assert isinstance(loaded, LoadedBigQueryRoom)
    threshold = ("privacy_policy", "aggregation_threshold_policy", "threshold")
    assert loaded.place(("views", 0, *threshold)) == Place(8, 47, 1)
    assert loaded.place(("views", 0, "query")) == Place(6, 12, 12)


def test_commands_for_aws_refuse_it(tmp_path: Path) -> None:
    (tmp_path / "room.yaml").write_text(ROOM_FILE)
    with pytest.raises(LoadingError, match=r"this\s+is a room of BigQuery"):
        load_room(tmp_path)


def test_a_mistake_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "room.yaml").write_text(ROOM_FILE.replace("STRING", "STRNG"))
    with pytest.raises(LoadingError, match=r"'STRNG' is not a\s+BigQuery\s+type") as refused:
        load_any_room(tmp_path)
    assert refused.value.problems[0].place is not None
    assert refused.value.problems[0].place.line == 6


TYPES = {
    "a": "STRING",
    "r": "RECORD",
    "u": "",
    "j": "JSON",
    "l": "ARRAY<STRUCT<x INT64>>",
    "s": "STRUCT<n STRING, `K` STRUCT<a INT64, b ARRAY<INT64>>, d NUMERIC(10, 2)>",
}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        *[("a", "STRING"), ("S.N", "STRING"), ("s.k.b", "ARRAY<INT64>"), ("s.d", "NUMERIC(10, 2)"), ("j.x", "JSON")],
        *[("r.x", ""), ("u", ""), ("u.x", "")],
        *[("zz", None), ("a.b", None), ("s.zz", None), ("s.k.b.c", None), ("l.x", None), ("a, s", None)],
    ],
)
def test_type_of_a_column_or_field(path: str, expected: str | None) -> None:
    assert path_type(TYPES, path) == expected


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("STRING(10)", "string", True),
        ("decimal(10, 2)", "NUMERIC", True),
        ("STRING", "BYTES", False),
        ("ARRAY<INT>", "ARRAY<INT64>", True),
        ("ARRAY<STRING>", "ARRAY<INT64>", False),
        ("STRUCT<a STRING, b INT64>", "STRUCT<c STRING, b ARRAY<DATE>>", False),
        ("STRUCT<a STRING, b INT64>", "STRUCT<a STRING>", False),
        ("STRUCT<a STRING>", "STRUCT", True),
    ],
)
def test_types_that_are_one(first: str, second: str, same: bool) -> None:  # noqa: FBT001 - what is expected
    assert is_same_type(first, second) is is_same_type(second, first) is same
