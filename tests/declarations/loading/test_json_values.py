"""JSON that programs write is read as strictly as that of persons, without a place for every value."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from declarations.loading.json_document import read_json
from declarations.loading.json_values import read_json_values
from declarations.loading.problems import LoadingError


def _read(text: str) -> Any:  # noqa: ANN401 - any JSON value
    return read_json_values(text, "state.json").value


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_it_says_what_the_other_reader_says(value: object) -> None:
    text = json.dumps(value)
    assert _read(text) == value
    assert read_json(text, "state.json").value == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not JSON: expecting value"),
        ('{"a": 1,\n "b" 2}', "not JSON: expecting ':' delimiter"),
        ('{"a": {"b": 1, "c": 2, "b": 3}}', "'b' is written twice in one object"),
        ('{"a": NaN}', "NaN is not a JSON number"),
        ('{"a": -Infinity}', "-Infinity is not a JSON number"),
        ('{"a": 1e999}', "1e999 is too large a number"),
        ('{"a": -1e999}', "-1e999 is too large a number"),
        ("[" * 100_000, "nested too deep"),
        (r'{"a": "\ud800"}', "not a JSON text: it holds half of a surrogate pair"),
        (r'{"\uDFFF": 1}', "not a JSON text: it holds half of a surrogate pair"),
    ],
)
def test_what_is_refused(text: str, message: str) -> None:
    with pytest.raises(LoadingError) as refused:
        _read(text)
    assert refused.value.problems[0].message == message


def test_a_syntax_error_has_its_place() -> None:
    with pytest.raises(LoadingError) as refused:
        _read('{"a": 1,\n "b" 2}')
    assert (refused.value.problems[0].line, refused.value.problems[0].column) == (2, 6)


def test_whole_pairs_and_numbers_are_read() -> None:
    assert _read(r'["\ud83d\ude00", 1.5, 1e3, 7]') == ["\U0001f600", 1.5, 1000.0, 7]
