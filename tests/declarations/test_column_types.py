"""Types of columns: which are read, which are refused and in which words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from declarations.column_types import (
    LAKE_TYPES,
    LEGACY_TYPES,
    SNOWFLAKE_TYPES,
    schema_pattern,
    type_problem,
    uses_type,
)
from tests.yaml_text import from_yaml

_NAMES: Final = {
    "lake": LAKE_TYPES,
    "legacy": (*LAKE_TYPES, *LEGACY_TYPES),
    "snowflake": SNOWFLAKE_TYPES,
}
_CASES: Final[dict[str, Any]] = from_yaml(
    (Path(__file__).parent.parent / "cases/declarations/column_types.yaml").read_text(encoding="utf-8")
)
_FLAT: Final = st.sampled_from([name for name in LAKE_TYPES if name not in {"array", "map", "struct"}])
_NESTED: Final = st.recursive(
    _FLAT,
    lambda inner: st.one_of(
        inner.map("array<{}>".format),
        st.tuples(_FLAT, inner).map(lambda pair: f"map<{pair[0]}, {pair[1]}>"),
        st.lists(inner, min_size=1, max_size=3).map(
            lambda types: "struct<" + ",".join(f"f{index}: {each}" for index, each in enumerate(types)) + ">"
        ),
    ),
    max_leaves=6,
)


@pytest.mark.parametrize("kind", _NAMES)
def test_every_name_is_a_type(kind: str) -> None:
    nested = {"array": "array<int>", "map": "map<string,int>", "struct": "struct<a:int>"}
    for name in _NAMES[kind]:
        assert type_problem(name if kind == "snowflake" else nested.get(name, name), _NAMES[kind]) is None


@pytest.mark.parametrize("written", _CASES["accepted"])
def test_accepted(written: str) -> None:
    kind, _, column_type = written.partition(" ")
    assert type_problem(column_type, _NAMES[kind]) is None
    assert re.search(schema_pattern(), column_type)


@pytest.mark.parametrize("written", _CASES["refused"])
def test_refused(written: str) -> None:
    kind, _, column_type = written.partition(" ")
    problem = type_problem(column_type, _NAMES[kind])
    assert problem == f"{column_type!r} is not a column type: {_CASES['refused'][written]}"


@given(_NESTED)
def test_types_nest(column_type: str) -> None:
    assert type_problem(column_type, LAKE_TYPES) is None
    assert type_problem(column_type.upper(), LAKE_TYPES) is None
    assert type_problem(f"array<{column_type}", LAKE_TYPES) is not None
    assert uses_type(f"struct<a: array<{column_type}>, b: super>", LEGACY_TYPES) == "super"
    assert uses_type(column_type, LEGACY_TYPES) is None


@given(st.text(max_size=255))
def test_any_text_is_judged(column_type: str) -> None:
    """No text breaks the reader."""
    problem = type_problem(column_type, (*LAKE_TYPES, *LEGACY_TYPES, *SNOWFLAKE_TYPES))
    assert problem is None or problem.startswith(f"{column_type!r} is not a column type: ")


@given(_NESTED, st.integers(0, 40), st.sampled_from(["", " ", "  ", "\t", "(3)", "(3,2)", "(3, 2)"]))
def test_what_loading_accepts_an_editor_accepts(column_type: str, at: int, added: str) -> None:
    written = column_type[:at] + added + column_type[at:]
    if type_problem(written, (*LAKE_TYPES, *LEGACY_TYPES, *SNOWFLAKE_TYPES)) is None:
        assert re.search(schema_pattern(), written)
    assert re.search(schema_pattern(), column_type)
