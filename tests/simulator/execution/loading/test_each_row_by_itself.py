"""How a row is read is up to that row: one more in the same table changes none of the others."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.execution.engines.duckdb_engine import DuckDBEngine
from simulator.execution.errors import DataError, WrongTypeError
from simulator.execution.loading.data import DataSource, FolderData, MemoryData
from simulator.execution.loading.json_files import json_scan
from simulator.request import Table

LOOKS_LIKE_ANOTHER_TYPE = [
    "2024-01-05T10:00:00",
    "2024-1-5",
    "10:00",
    "7",
    "7.50",
    "true",
    "",
    "x",
    "{}",
    "[1]",
    "null",
]
VALUES = st.one_of(
    st.sampled_from(LOOKS_LIKE_ANOTHER_TYPE),
    st.integers(-(10**18), 10**18),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.none(),
)
LISTS = st.lists(VALUES, min_size=1, max_size=4)


def texts(source: DataSource, held: Table) -> Counter[Any]:
    with DuckDBEngine() as engine:
        source.load(engine, held, ["s"], "data.t")
        engine.lock()
        return Counter(value for (value,) in engine.query("SELECT s FROM data.t", {"data.t"}).rows)


def lines(values: Sequence[Any]) -> str:
    return "\n".join(json.dumps({"s": value}) for value in values)


@settings(max_examples=20)
@given(LISTS, VALUES)
def test_a_json_object_changes_no_other(
    tmp_path_factory: pytest.TempPathFactory, table: Callable[..., Table], others: list[Any], one: object
) -> None:
    folder = tmp_path_factory.mktemp("json")

    def read(values: Sequence[Any]) -> Counter[Any]:
        (folder / "orders.json").write_text(lines(values))
        return texts(FolderData(folder), table("orders", {"s": "string"}))

    assert read([*others, one]) == read(others) + read([one])


@settings(max_examples=20)
@given(LISTS, VALUES)
def test_a_row_in_memory_changes_no_other(table: Callable[..., Table], others: list[Any], one: object) -> None:
    def read(values: Sequence[Any]) -> Counter[Any]:
        return texts(MemoryData({"orders": [{"s": value} for value in values]}), table("orders", {"s": "string"}))

    assert read([*others, one]) == read(others) + read([one])


def test_numbers_keep_their_digits_beside_others(table: Callable[..., Table]) -> None:
    """As numbers of the machine, both would be 9007199254740992."""
    rows = {"orders": [{"s": 9007199254740993}, {"s": 1.5}, {"s": Decimal("1E+3")}]}
    assert texts(MemoryData(rows), table("orders", {"s": "decimal(38,1)"})) == Counter(
        [Decimal("9007199254740993.0"), Decimal("1.5"), Decimal("1000.0")]
    )
    with pytest.raises(WrongTypeError, match=r"declared 'bigint', but 1 row holds something else, for example '1\.5'"):
        texts(MemoryData(rows), table("orders", {"s": "bigint"}))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"s": 1}\n[1, 2]', r"its JSON must be objects, one for each row: one per line, or all in one array"),
        ('{"s": 1}\n{"S": 2}', r"its JSON objects spell one key in two ways \('S', 's'\); spell it the same way"),
        ('{"s": 1}\n{"s": ', r"its rows cannot be read: .*Malformed JSON"),
        ('{"t": 1}', r"column 's' is not in the rows \(found: 't'\)"),
    ],
)
def test_json_that_is_no_table(text: str, message: str, tmp_path: Path, table: Callable[..., Table]) -> None:
    (tmp_path / "orders.json").write_text(text)
    with pytest.raises(DataError, match=message) as caught:
        texts(FolderData(tmp_path), table("orders", {"s": "string"}))
    assert caught.value.path == tmp_path / "orders.json"


@pytest.mark.parametrize(
    "text", ['[{"s": 1}, {"s": 2}]', '{"s": 1}{"s": 2}', '\ufeff{"s": 1}\n\n{"s": 2}\n', '{\n"S": 1\n}\n{"S": 2}']
)
def test_objects_in_lines_or_in_a_list(text: str, tmp_path: Path, table: Callable[..., Table]) -> None:
    (tmp_path / "orders.json").write_text(text)
    assert texts(FolderData(tmp_path), table("orders", {"s": "int"})) == Counter([1, 2])


def test_a_nested_value_has_its_declared_type(tmp_path: Path, table: Callable[..., Table]) -> None:
    held = table("orders", {"s": "struct<a:int,b:array<string>>"})
    (tmp_path / "orders.json").write_text('{"s": {"a": 1, "b": ["2024-01-05", 7]}}\n{"s": null}')
    with DuckDBEngine() as engine:
        FolderData(tmp_path).load(engine, held, ["s"], "data.t")
        assert engine.query("SELECT s FROM data.t").rows == (({"a": 1, "b": ["2024-01-05", "7"]},), (None,))
    (tmp_path / "orders.json").write_text('{"s": {"a": "no number"}}')
    with DuckDBEngine() as engine, pytest.raises(DataError, match="its rows cannot be read"):
        FolderData(tmp_path).load(engine, held, ["s"], "data.t")


def test_no_object_is_no_row(tmp_path: Path) -> None:
    (tmp_path / "orders.json").write_text("[]")
    with DuckDBEngine() as engine:
        scan = json_scan(engine, "orders", {"s": "string"}, f"['{tmp_path / 'orders.json'}']")
        assert engine.connection.execute(f"SELECT s FROM {scan}").fetchall() == []


NUMBERS = pa.int64(), [9007199254740993, 7]
COLUMNS = [
    NUMBERS,
    (pa.int32(), [1]),
    (pa.float64(), [None]),
    (pa.float64(), [0.5]),
    (pa.float32(), [0.1]),
    (pa.string(), ["2024-01-05T10:00:00", "7"]),
    (pa.timestamp("us", "UTC"), [datetime(2024, 1, 5, tzinfo=UTC)]),
    (pa.null(), [None]),
    (pa.bool_(), [True]),
]


@pytest.mark.parametrize("declared", ["string", "bigint", "double", "decimal(38,2)"])
@pytest.mark.parametrize("one", COLUMNS[1:], ids=str)
@pytest.mark.parametrize("name", ["a.parquet", "z.parquet"])
def test_a_parquet_file_changes_no_other(
    name: str, one: tuple[pa.DataType, list[Any]], declared: str, tmp_path: Path, table: Callable[..., Table]
) -> None:
    """Read together, the largest whole number would be 9007199254740992, and 7 would be '7.0'."""
    (tmp_path / "orders").mkdir()

    def read(files: dict[str, tuple[pa.DataType, list[Any]]]) -> Counter[Any]:
        for file, (kind, values) in files.items():
            pq.write_table(pa.table({"s": pa.array(values, kind)}), tmp_path / "orders" / file)
        try:
            return texts(FolderData(tmp_path), table("orders", {"s": declared}))
        finally:
            for file in files:
                (tmp_path / "orders" / file).unlink()

    others = read({"m.parquet": NUMBERS})
    try:
        alone = read({name: one})
    except WrongTypeError as error:
        with pytest.raises(WrongTypeError, match=re.escape(f"{error}"[:60])):
            read({"m.parquet": NUMBERS, name: one})
    else:
        assert read({"m.parquet": NUMBERS, name: one}) == others + alone


def test_a_part_that_lacks_a_column_is_an_error(tmp_path: Path, table: Callable[..., Table]) -> None:
    (tmp_path / "orders").mkdir()
    pq.write_table(pa.table({"s": [1]}), tmp_path / "orders" / "1.parquet")
    pq.write_table(pa.table({"t": [1]}), tmp_path / "orders" / "2.parquet")
    with pytest.raises(DataError, match=r"column 's' is not in the rows \(found: 't'\)"):
        texts(FolderData(tmp_path), table("orders", {"s": "string"}))


@pytest.mark.parametrize("ending", [".csv", ".json", ".parquet"])
def test_the_name_of_a_folder_is_no_value(ending: str, tmp_path: Path, table: Callable[..., Table]) -> None:
    folder = tmp_path / "s=9"
    folder.mkdir()
    (folder / "orders.csv").write_text("s\na\n")
    (folder / "orders.json").write_text('{"s": "a"}')
    pq.write_table(pa.table({"s": ["a"]}), folder / "orders.parquet")
    for other in {".csv", ".json", ".parquet"} - {ending}:
        (folder / f"orders{other}").unlink()
    assert texts(FolderData(folder), table("orders", {"s": "string"})) == Counter(["a"])


@pytest.mark.parametrize(
    ("declared", "value", "other", "read"),
    [
        ("array<bigint>", [9007199254740993], [0.0], [9007199254740993]),
        ("array<string>", [7], [1.5], ["7"]),
        ("array<decimal(38,1)>", [Decimal("0.1")], [1e300], [Decimal("0.1")]),
        ("struct<a:bigint,b:string>", {"a": 9007199254740993, "b": "x"}, {"a": 0.0}, {"a": 9007199254740993, "b": "x"}),
        ("map<string,string>", {"k": 7}, {"z": None}, {"k": "7"}),
        ("array<date>", [date(2026, 1, 2)], ["2026-01-03"], [date(2026, 1, 2)]),
    ],
)
def test_a_nested_value_in_memory_changes_no_other(
    declared: str, value: object, other: object, read: object, table: Callable[..., Table]
) -> None:
    cases: list[list[dict[str, object]]] = [[{"s": value}], [{"s": value}, {"s": None}], [{"s": other}, {"s": value}]]
    for rows in cases:
        with DuckDBEngine() as engine:
            try:
                MemoryData({"orders": rows}).load(engine, table("orders", {"s": declared}), ["s"], "data.t")
            except WrongTypeError:
                assert other in [row["s"] for row in rows]
                continue
            assert read in [row[0] for row in engine.query("SELECT s FROM data.t").rows]


@pytest.mark.parametrize(
    ("declared", "value"),
    [("array<int>", ["x"]), ("struct<a:int>", [1]), ("array<binary>", [b"ab"]), ("struct<a:int>", {"a": "x"})],
)
def test_a_nested_value_that_does_not_fit_is_an_error(
    declared: str, value: object, table: Callable[..., Table]
) -> None:
    with DuckDBEngine() as engine, pytest.raises(WrongTypeError):
        MemoryData({"orders": [{"s": value}]}).load(engine, table("orders", {"s": declared}), ["s"], "data.t")


def test_keys_of_maps_are_written_as_text(table: Callable[..., Table]) -> None:
    rows = [{"s": {date(2026, 1, 2): 1, 7: 2}}]
    with DuckDBEngine() as engine:
        MemoryData({"orders": rows}).load(engine, table("orders", {"s": "map<string,int>"}), ["s"], "data.t")
        assert engine.query("SELECT s FROM data.t").rows == (({"2026-01-02": 1, "7": 2},),)


def test_nested_values_of_an_arrow_table(table: Callable[..., Table]) -> None:
    rows = pa.table({"s": pa.array([[9007199254740993], None], pa.list_(pa.int64()))})
    with DuckDBEngine() as engine:
        MemoryData({"orders": rows}).load(engine, table("orders", {"s": "array<bigint>"}), ["s"], "data.t")
        assert engine.query("SELECT s FROM data.t").rows == (([9007199254740993],), (None,))
