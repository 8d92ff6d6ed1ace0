"""Every format is read, and what was found is placed where it is."""

from __future__ import annotations

import gzip
import io
import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.api.macie2.detection.locating import Inspected, Inspector
from simulator.api.macie2.detection.managed import selected

LOOKED_FOR = Inspector(selected("INCLUDE", ["EMAIL_ADDRESS", "USA_SOCIAL_SECURITY_NUMBER"]), ())


def inspect(content: str | bytes, key: str) -> Inspected:
    return LOOKED_FOR.inspect(content.encode() if isinstance(content, str) else content, key)


def places(content: str | bytes, key: str, name: str = "EMAIL_ADDRESS") -> list[dict[str, Any]]:
    return [place.shown for place in inspect(content, key).managed[name].places]


def parquet(**columns: list[Any]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


ROWS = "id,mail\n1,a@example.com\n2,none\n3,b@example.com\n"
CELLS = [{"column": 2, "columnName": "mail", "row": row} for row in (2, 4)]


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (ROWS, "x.csv"),
        (ROWS.replace(",", "\t"), "x.tsv"),
        (ROWS.replace(",", ";"), "x.csv"),
        (gzip.compress(ROWS.encode(), mtime=0), "x.csv.gz"),
        (gzip.compress(gzip.compress(ROWS.encode(), mtime=0), mtime=0), "x.csv.gz.gz"),
        (ROWS.encode("utf-16"), "x.csv"),
        ("\ufeff" + ROWS, "x.csv"),
        (ROWS, "part-00000"),
    ],
)
def test_rows(content: str | bytes, key: str) -> None:
    assert places(content, key) == CELLS


def test_rows_without_a_header_and_headers_with_data() -> None:
    assert places("1,a@example.com\n2,b@example.com\n", "x.csv") == [
        {"column": 2, "columnName": None, "row": row} for row in (1, 2)
    ]
    assert inspect("ssn,mail\n123-45-6789,x\n", "x.csv").managed["USA_SOCIAL_SECURITY_NUMBER"].count == 1


def test_records() -> None:
    lines = '{"a": {"mail": "a@example.com"}}\n\n{"e mail": ["x", "b@example.com"]}\n'
    expected = [
        {"jsonPath": "$.a.mail", "recordIndex": 0},
        {"jsonPath": '$["e mail"][1]', "recordIndex": 2},
    ]
    assert places(lines, "x.jsonl") == places(lines, "x.json") == expected
    assert places(json.dumps([{"mail": "a@example.com"}], indent=1), "x.json") == [
        {"jsonPath": "$[0].mail", "recordIndex": 0}
    ]
    table = parquet(mail=["x", "a@example.com"], nested=[{"ssn": "123-45-6789"}, None])
    assert places(table, "x.parquet") == [{"jsonPath": "$.mail", "recordIndex": 1}]
    assert places(table, "data", "USA_SOCIAL_SECURITY_NUMBER") == [{"jsonPath": "$.nested.ssn", "recordIndex": 0}]


def test_text() -> None:
    assert places("one\ntwo a@example.com\n", "x.txt") == [{"start": 2, "end": 2, "startColumn": 5}]


def test_malformed_structure_is_read_as_text() -> None:
    assert places('{"mail": a@example.com\n', "x.json") == [{"start": 1, "end": 1, "startColumn": 10}]
    huge = 'id,mail\n1,"a@example.com\n' + "x" * 200_000
    assert places(huge, "x.csv") == [{"start": 2, "end": 2, "startColumn": 4}]


@pytest.mark.parametrize(
    ("content", "key", "reason"),
    [
        (b"\x89PNG\x00", "x.png", "UNSUPPORTED_FILE_TYPE_EXCEPTION"),
        (gzip.compress(b"text" * 100, mtime=0)[:-12], "x.gz", "MALFORMED_FILE"),
        (b"PAR1 is no table", "x.parquet", "UNABLE_TO_PARSE_FILE"),
        ("[" * 300 + "]" * 300, "x.json", "JSON_NESTING_LEVEL_OVER_LIMIT"),
        ("[" * 100_000, "x.json", "JSON_NESTING_LEVEL_OVER_LIMIT"),
    ],
)
def test_unreadable(content: str | bytes, key: str, reason: str) -> None:
    assert inspect(content, key).problem == reason


def test_what_is_extracted_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.api.macie2.detection.reading.MOST_EXTRACTED", 100_000)
    found = inspect(gzip.compress(b"a@example.com " * 100_000, mtime=0), "x.txt.gz")
    assert found.problem == "ARCHIVE_TOTAL_BYTES_EXTRACTED_OVER_LIMIT"
    layers = b"a@example.com"
    for _ in range(11):
        layers = gzip.compress(layers, mtime=0)
    assert inspect(layers, "x.gz").problem == "ARCHIVE_NESTING_LEVEL_OVER_LIMIT"


@settings(max_examples=8, derandomize=True)
@given(before=st.integers(60_000, 140_000), broken=st.booleans())
def test_nothing_is_lost_or_doubled_between_passages(before: int, *, broken: bool) -> None:
    """Wherever the pieces of a long text end, each occurrence is found once, at its place."""
    filler = ("word " * (before // 5))[:before]
    text = f"{filler}{chr(10) if broken else ' '}ssn 123-45-6789 a@example.com {filler}"
    found = inspect(text, "x.txt").managed
    assert {name: tally.count for name, tally in found.items()} == {
        "EMAIL_ADDRESS": 1,
        "USA_SOCIAL_SECURITY_NUMBER": 1,
    }
    column = 17 if broken else len(filler) + 18
    assert found["EMAIL_ADDRESS"].places[0].shown == {
        "start": 1 + broken,
        "end": 1 + broken,
        "startColumn": column,
    }


def test_places_of_every_column_come_first() -> None:
    rows = "mail,other mail\n" + "a@example.com,b@example.com\n" * 50
    shown = places(rows, "x.csv")
    assert len(shown) == 15
    assert [each["columnName"] for each in shown[:2]] == ["mail", "other mail"]
