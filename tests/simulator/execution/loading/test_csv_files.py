"""CSV files of any program, and where they are wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.execution.errors import DataError
from simulator.execution.loading.data import FolderData
from simulator.request import Table
from tests.simulator.execution.loading.reading import loaded

CSV: dict[str, tuple[bytes, str]] = {
    "too many fields": (
        b"id,city\n" + b"1,x\n" * 99 + b"7,a,b\n" + b"1,x\n" * 99,
        "line 101: found 3 fields; its header has 2",
    ),
    "too few fields": (b"id,city\n1,x\n2\n", "line 3: found 1 field; its header has 2"),
    "far down": (b"id,city\n" + b"1,x\n" * 60_200 + b"7,a,b\n", "line 60202: found 3 fields; its header has 2"),
    "Latin-1": (
        "id,city\n1,M\u00fcnchen\n".encode("latin-1"),
        "line 2: not UTF-8; save the file with the encoding UTF-8",
    ),
    "Latin-1 in the header": (
        "id,Stra\u00dfe\n1,x\n".encode("latin-1"),
        "line 1: not UTF-8; save the file with the encoding UTF-8",
    ),
    "UTF-16": ("id,city\n1,x\n".encode("utf-16"), "is UTF-16; save it with the encoding UTF-8"),
    "UTF-16 without a mark": ("id,city\n1,x\n".encode("utf-16-le"), "is UTF-16; save it with the encoding UTF-8"),
    "a column twice": (b"id,city,ID\n1,x,2\n", "line 1: the header names the column 'id' twice"),
    "a quote left open": (
        b'id,city\n1,"x\n',
        "line 2: a quote is not closed, or text follows it; double quotes in text",
    ),
    "line ends of two kinds": (
        b"id,city\na,1\nb,2\r\nc,3\n",
        "is a mix of line ends; end all lines in LF, or all in CRLF",
    ),
    "a line without end": (
        b"id,city\n1," + b"x" * 3_000_000 + b"\n",
        "line 2: Maximum line size of 2000000 bytes exceeded. Actual Size:3000002 bytes.",
    ),
}


@pytest.mark.parametrize(("content", "message"), CSV.values(), ids=CSV)
def test_csv_says_where_it_is_wrong(content: bytes, message: str, tmp_path: Path, table: Callable[..., Table]) -> None:
    file = tmp_path / "visits.csv"
    file.write_bytes(content)
    with pytest.raises(DataError) as caught:
        loaded(FolderData(tmp_path), table("visits", {"id": "string", "city": "string"}))
    where = "" if message.startswith("is ") else ","
    assert str(caught.value) == f"table 'visits': {file}{where} {message}"
    assert caught.value.path == file


@pytest.mark.parametrize(
    "content",
    [
        b"id,city\na,x\n",
        b"\xef\xbb\xbfid,city\r\na,x\r\n",
        b"ID;city\na;x\n",
        b"city\tid\nx\ta\n",
        b'id,"city"\n"a","x"\n',
        b",id,city\n0,a,x\n",
        b'id,"two\nlines",city\na,"b ""c"", d",x\n',
    ],
)
def test_csv_of_any_program_is_read(content: bytes, tmp_path: Path, table: Callable[..., Table]) -> None:
    (tmp_path / "visits.csv").write_bytes(content)
    assert loaded(FolderData(tmp_path), table("visits", {"id": "string", "city": "string"})).rows == (("a", "x"),)


def test_csv_parts_have_the_same_columns_in_any_order(tmp_path: Path, table: Callable[..., Table]) -> None:
    visits = table("visits", {"id": "string", "city": "string"})
    parts = tmp_path / "visits"
    parts.mkdir()
    (parts / "1.csv").write_text("id,city\na,x\n", encoding="utf-8")
    (parts / "2.csv").write_text("city,ID\ny,b\n", encoding="utf-8")
    (parts / "more.csv").mkdir()
    assert loaded(FolderData(tmp_path), visits).rows == (("a", "x"), ("b", "y"))
    (parts / "3.csv").write_text("id\nc\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        loaded(FolderData(tmp_path), visits)
    assert str(caught.value) == (
        f"table 'visits': {parts / '1.csv'} and {parts / '3.csv'} have different columns: 'id', 'city' and 'id'"
    )
