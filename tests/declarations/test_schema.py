"""The JSON Schema of rooms: it takes what loading takes, and refuses nothing that loading accepts."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic.alias_generators import to_camel

from declarations.bigquery.room import BigQueryRoomFile
from declarations.clean_room import CleanRoom
from declarations.loading import FileProblem, LoadingError
from declarations.loading.json_document import read_json
from declarations.loading.validation import validate
from declarations.loading.yaml_document import read_yaml
from declarations.refusals.wording import _PATTERNS
from declarations.schema import DIALECT, room_schema

_ROOT: Final = Path(__file__).parents[2]
_BASE: Final = _ROOT / "tests/cases/loading/base/room.yaml"
_ROOMS: Final = [_BASE, *sorted((_ROOT / "examples").glob("**/room.yaml"))]
_SCHEMA: Final = room_schema()
_VALIDATOR: Final = jsonschema.Draft202012Validator(_SCHEMA)
_ROOM: Final = read_yaml(_BASE.read_text(encoding="utf-8"), "room.yaml").value
_VIEWS: Final = read_yaml((_ROOT / "examples/bigquery_exams/room.yaml").read_text(encoding="utf-8"), "room.yaml").value


def _objects(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the properties of every mapping that the schema describes, with the mapping's name."""
    for name, definition in {"room": schema, **schema["$defs"]}.items():
        for part in (definition, *definition.get("anyOf", ())):
            if "properties" in part:
                yield name, part["properties"]


def _loads(value: object) -> bool:
    model = BigQueryRoomFile if isinstance(value, dict) and "bigquery" in value else CleanRoom
    try:
        validate(model, read_json(json.dumps(value), "room.json"))
    except LoadingError:
        return False
    return True


def _camel(value: Any) -> Any:  # noqa: ANN401 - any JSON-like value
    if isinstance(value, list):
        return [_camel(item) for item in value]
    if isinstance(value, dict):
        # Names of columns are the user's own.
        return {to_camel(key): item if key == "columns" else _camel(item) for key, item in value.items()}
    return value


def test_schema_is_valid() -> None:
    assert _SCHEMA["$schema"] == DIALECT
    jsonschema.Draft202012Validator.check_schema(_SCHEMA)


@pytest.mark.parametrize("path", _ROOMS, ids=lambda path: str(path.parent.relative_to(_ROOT)))
def test_rooms_are_valid(path: Path) -> None:
    document = read_yaml(path.read_text(encoding="utf-8"), str(path))
    assert [error.message for error in _VALIDATOR.iter_errors(document.value)] == []


@pytest.mark.parametrize("room", [_ROOM, _VIEWS], ids=["aws", "bigquery"])
def test_both_spellings_are_valid(room: dict[str, Any]) -> None:
    assert _VALIDATOR.is_valid(_camel(room))
    assert _loads(_camel(room))


def test_the_unit_of_a_threshold_may_be_plural() -> None:
    text = json.dumps(_VIEWS).replace('"privacy_unit_column"', '"privacy_unit_columns"', 1)
    assert _VALIDATOR.is_valid(json.loads(text))
    assert _loads(json.loads(text))


def test_every_key_says_what_it_means() -> None:
    silent = [
        f"{name}.{key}" for name, keys in _objects(_SCHEMA) for key, part in keys.items() if not part.get("description")
    ]
    assert silent == []


def test_every_key_is_offered_in_one_spelling_only() -> None:
    for name, keys in _objects(_SCHEMA):
        offered = {to_camel(key) for key, part in keys.items() if not part.get("doNotSuggest")}
        aliases = [key for key, part in keys.items() if part.get("doNotSuggest")]
        assert len(aliases) <= len(offered), name
        plural = ["privacy_unit_columns"] if name == "AggregationThresholdPolicy" else []
        assert [key for key in aliases if "_" in key] == plural, name


def test_patterns_told_in_words_are_patterns_of_the_schema() -> None:
    text = json.dumps(_SCHEMA)
    whole = {pattern: f"^{pattern.removeprefix('^').removesuffix('$')}$" for pattern in _PATTERNS}
    assert [pattern for pattern in _PATTERNS if json.dumps(whole[pattern]) not in text] == []


@pytest.mark.parametrize(
    ("wrong", "at"),
    [
        ({"region": "us-east1"}, "region"),
        ({"region": None}, "region"),
        ({"owner": "me"}, ""),
        ({"memberships": {}}, "memberships"),
        ({"collaboration": {}}, "collaboration"),
    ],
)
def test_wrong_rooms_are_refused_where_they_are_wrong(wrong: dict[str, Any], at: str) -> None:
    errors = list(_VALIDATOR.iter_errors(_ROOM | wrong))
    assert errors
    assert {".".join(map(str, error.path)) for error in errors} == {at}


_KEYS: Final = st.sampled_from(
    [name for keys in _objects(_SCHEMA) for name in keys[1]] + ["household_id", "week", "Week", "", "x"]
)
_WORDS: Final = st.sampled_from(
    [
        "ENABLED",
        "CAN_QUERY",
        "111111111111",
        "us-east-1",
        "household_id",
        "ANY_QUERY",
        "template:reach",
        "table:x",
        "SQL",
        "",
    ]
)
_SCALARS: Final = st.none() | st.booleans() | st.integers(-2, 200_000) | st.floats(0, 2) | _WORDS | st.text(max_size=5)
_VALUES: Final = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3), max_leaves=6
)


@st.composite
def _mutated(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a room of AWS or BigQuery with one to three parts replaced, removed, added or renamed."""
    room: dict[str, Any] = copy.deepcopy(draw(st.sampled_from([_ROOM, _VIEWS])))
    for _ in range(draw(st.integers(1, 3))):
        part: Any = room
        while True:
            steps = [*part] if isinstance(part, dict) else [*range(len(part))]
            step = draw(st.sampled_from(steps)) if steps else None
            if step is None or not isinstance(part[step], (dict, list)) or draw(st.integers(0, 3)) == 0:
                break
            part = part[step]
        change = draw(st.sampled_from(["replace", "remove", "add", "rename"]))
        if change == "add":
            part.update({draw(_KEYS): draw(_VALUES)}) if isinstance(part, dict) else part.append(draw(_VALUES))
        elif step is not None and change == "replace":
            part[step] = draw(_VALUES)
        elif step is not None:
            value = part.pop(step)
            if change == "rename" and isinstance(part, dict):
                part[draw(st.just(to_camel(str(step))) | _KEYS)] = value
    return room


@settings(max_examples=150)
@given(_mutated())
def test_what_the_schema_refuses_loading_refuses(room: dict[str, Any]) -> None:
    if not _VALIDATOR.is_valid(room):
        assert not _loads(room)


@settings(max_examples=150)
@given(st.integers(0, 4000), st.integers(0, 12), st.text(alphabet="abc:-[]{}'\"#&*!|>%@`,\n\t 0159.~?_<$", max_size=12))
def test_no_text_makes_loading_fail_otherwise(start: int, removed: int, added: str) -> None:
    text = _BASE.read_text(encoding="utf-8")
    start %= len(text)
    problems: Sequence[FileProblem] = ()
    try:
        validate(CleanRoom, read_yaml(text[:start] + added + text[start + removed :], "room.yaml"))
    except LoadingError as error:
        problems = error.problems
    assert all(problem.place and problem.message for problem in problems)


def test_patterns_are_portable() -> None:
    """No program without Unicode classes in patterns refuses the schema."""
    assert "\\\\p{" not in json.dumps(_SCHEMA)
