"""Lines of delimited text, each split by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.api.cleanrooms.csv_objects import csv_scan
from simulator.api.cleanrooms.glue import GlueTable
from simulator.execution.engines.duckdb_engine import DuckDBEngine, literal

OPEN_CSV = "org.apache.hadoop.hive.serde2.OpenCSVSerde"
LAZY = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
LINES = st.text(alphabet='ab#,;"\\\t 1é', max_size=12).filter(str.strip)
STATED: Sequence[Mapping[str, str]] = ({}, {"escapeChar": "\\"}, {"quoteChar": "'", "separatorChar": ";"})


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDBEngine]:
    with DuckDBEngine() as opened:
        yield opened


def rows(
    engine: DuckDBEngine, folder: Path, lines: Sequence[str], serde: str = OPEN_CSV, **stated: str
) -> list[tuple[Any, ...]]:
    file = folder / "1.csv"
    file.write_text("\n".join(lines), encoding="utf-8", newline="")
    storage = {"SerdeInfo": {"SerializationLibrary": serde, "Parameters": stated}}
    found = GlueTable({"id": "string", "city": "string"}, {}, (), storage, {})
    scan = csv_scan("sales", found, f"[{literal(str(file))}]")
    return engine.connection.execute(f"SELECT * FROM {scan}").fetchall()


@pytest.mark.parametrize("serde", [OPEN_CSV, LAZY])
@pytest.mark.parametrize("stated", STATED)
@settings(max_examples=25)
@given(others=st.lists(LINES, min_size=1, max_size=4), one=LINES)
def test_a_line_changes_no_other(
    engine: DuckDBEngine,
    tmp_path_factory: pytest.TempPathFactory,
    serde: str,
    stated: Mapping[str, str],
    others: list[str],
    one: str,
) -> None:
    folder = tmp_path_factory.mktemp("csv")
    together = Counter(rows(engine, folder, [*others, one], serde, **stated))
    assert together == Counter(rows(engine, folder, others, serde, **stated)) + Counter(
        rows(engine, folder, [one], serde, **stated)
    )


@pytest.mark.parametrize(
    ("line", "stated", "expected"),
    [
        ("a,b", {}, ("a", "b")),
        ("a", {}, ("a", None)),
        ("a,b,c", {}, ("a", "b")),
        (",b", {}, (None, "b")),
        ('"a,1","say ""hi"""', {}, ("a,1", 'say "hi"')),
        ('"",b', {}, (None, "b")),
        ('"a\\"1",b', {"escapeChar": "\\"}, ('a"1', "b")),
        ('"a\\\\",b', {"escapeChar": "\\"}, ("a\\", "b")),
        ("'a;1';b", {"quoteChar": "'", "separatorChar": ";"}, ("a;1", "b")),
        ('"a,b', {}, ('"a', "b")),
        ("a#b,#c", {}, ("a#b", "#c")),
        ('"a",b', {"quoteChar": ""}, ('"a"', "b")),
        ("é,\u2028", {}, ("é", "\u2028")),
    ],
)
def test_a_line_is_split(
    engine: DuckDBEngine, tmp_path: Path, line: str, stated: Mapping[str, str], expected: tuple[str, ...]
) -> None:
    assert rows(engine, tmp_path, [line], **stated) == [expected]


def test_a_header_that_nobody_mentioned_is_no_row(engine: DuckDBEngine, tmp_path: Path) -> None:
    """Nor is one further down, where objects were put together."""
    assert rows(engine, tmp_path, ["ID , City", "a,b", "id,city", "c,d"]) == [("a", "b"), ("c", "d")]
