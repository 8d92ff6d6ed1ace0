"""Rows from files and from memory, and what can be wrong with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulator.execution.errors import DataError, EmptyDataError, MissingColumnError, MissingDataError, WrongTypeError
from simulator.execution.loading.data import FolderData, MemoryData
from simulator.request import Table
from tests.simulator.execution.loading.reading import loaded, write

COLUMNS = {"id": "string", "week": "int", "day": "date"}
ONE = "SELECT 'a' AS ID, 1 AS week, DATE '2024-01-01' AS day, 'hidden' AS email"


@pytest.mark.parametrize(
    "file", ["orders.parquet", "orders.csv", "Orders.JSON", "orders/part-0.parquet", "orders/[1].csv"]
)
def test_files_are_found_and_cast(file: str, tmp_path: Path, table: Callable[..., Table]) -> None:
    source = tmp_path / f"x.{file.rsplit('.', 1)[1].lower()}"
    write(source, ONE)
    (tmp_path / file).parent.mkdir(exist_ok=True)
    source.rename(tmp_path / file)
    relation = loaded(FolderData(tmp_path), table("orders", COLUMNS))
    assert [(column.name, column.type) for column in relation.columns] == [
        ("id", "VARCHAR"),
        ("week", "INTEGER"),
        ("day", "DATE"),
    ]
    assert relation.rows == (("a", 1, dt.date(2024, 1, 1)),)


def test_parts_are_read_together_and_patterns_name_files(tmp_path: Path, table: Callable[..., Table]) -> None:
    write(tmp_path / "history_01.parquet", "SELECT 'a' AS id")
    write(tmp_path / "history_02.parquet", "SELECT 'b' AS id")
    source = FolderData(tmp_path, {"orders": "history_*.parquet"})
    assert loaded(source, table("orders", {"id": "string"})).rows == (("a",), ("b",))


def test_no_column_still_counts_rows(tmp_path: Path, table: Callable[..., Table]) -> None:
    write(tmp_path / "orders.parquet", "SELECT range AS id FROM range(3)")
    assert len(loaded(FolderData(tmp_path), table("orders", {"id": "int"}), []).rows) == 3


def test_missing_file_says_what_was_looked_for(tmp_path: Path, table: Callable[..., Table]) -> None:
    write(tmp_path / "order.csv", "SELECT 1 AS id")
    with pytest.raises(MissingDataError) as caught:
        loaded(FolderData(tmp_path), table("orders", COLUMNS))
    assert str(caught.value) == (
        f"table 'orders': no rows in {tmp_path}; looked for orders.parquet, orders.csv, orders.json, orders/; "
        "did you mean 'order'?"
    )


def test_missing_folder_and_pattern_without_match(tmp_path: Path, table: Callable[..., Table]) -> None:
    with pytest.raises(MissingDataError, match="there is no data folder"):
        loaded(FolderData(tmp_path / "no"), table("orders", COLUMNS))
    with pytest.raises(MissingDataError, match=r"no file in .* matches 'x\*'"):
        loaded(FolderData(tmp_path, {"orders": "x*"}), table("orders", COLUMNS))


def test_missing_column_says_what_was_found(tmp_path: Path, table: Callable[..., Table]) -> None:
    write(tmp_path / "orders.csv", "SELECT 'a' AS id, 1 AS weak")
    with pytest.raises(MissingColumnError) as caught:
        loaded(FolderData(tmp_path), table("orders", COLUMNS))
    assert str(caught.value) == (
        "table 'orders': column 'week' is not in the rows (found: 'id', 'weak'); did you mean 'weak'?"
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("orders.csv.gz", "'orders.csv.gz' is there and not read: it is compressed; unpack it"),
        (
            "orders.TSV",
            "'orders.TSV' is there and not read: end its name in .csv; fields may be separated by , ; tab or |",
        ),
        ("orders.jsonl", "'orders.jsonl' is there and not read: end its name in .json; lines of objects are read, too"),
        ("orders.xlsx", "'orders.xlsx' is there and not read: save the sheet as .csv"),
        ("orders.orc", "'orders.orc' is there and not read: use one of these forms"),
        ("orders/", "the folder 'orders' holds no file that ends in .parquet, .csv, .json"),
        ("orders/1.tsv", "the folder 'orders' holds no file that ends in .parquet, .csv, .json"),
    ],
)
def test_a_file_that_is_not_read_is_named(name: str, message: str, tmp_path: Path, table: Callable[..., Table]) -> None:
    path = tmp_path / name
    (path if name.endswith("/") else path.parent).mkdir(exist_ok=True)
    if not name.endswith("/"):
        path.write_text("id\n1\n", encoding="utf-8")
    with pytest.raises(MissingDataError) as caught:
        loaded(FolderData(tmp_path), table("orders", COLUMNS))
    assert str(caught.value).endswith(f"looked for orders.parquet, orders.csv, orders.json, orders/; {message}")


@pytest.mark.parametrize("text", ["a,1\nb,2\n", "id^week\na^1\n"])
def test_a_first_line_that_names_no_column(text: str, tmp_path: Path, table: Callable[..., Table]) -> None:
    (tmp_path / "orders.csv").write_text(text, encoding="utf-8")
    with pytest.raises(MissingColumnError) as caught:
        loaded(FolderData(tmp_path), table("orders", COLUMNS))
    assert str(caught.value).endswith(
        "; line 1 of orders.csv names no column of the table: is it a line of values, or is there something other than "
        ", ; tab or | between the fields?"
    )


def test_spaces_beside_delimiters_are_refused(tmp_path: Path, table: Callable[..., Table]) -> None:
    (tmp_path / "orders.csv").write_text("id, week\na, 1\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        loaded(FolderData(tmp_path), table("orders", COLUMNS))
    assert str(caught.value) == (
        f"table 'orders': {tmp_path}/orders.csv, line 1: the column name ' week' begins or ends with a space; spaces "
        "beside a delimiter are part of every text in the column; take them out"
    )


@pytest.mark.parametrize(
    ("declared", "text", "allowed"),
    [
        ("date", "01.01.2026", "dates as YYYY-MM-DD"),
        ("timestamp", "01.01.2026 10:00", "times as YYYY-MM-DD HH:MM:SS"),
        ("decimal(10,2)", "12,50", "digits, at most 8 before a point and at most 2 behind it"),
        ("decimal(10,0)", "12,50", "digits, at most 10 and none behind a point"),
        ("int", "1.5", "whole numbers that fit INTEGER"),
        ("double", "12,50", "numbers with a point, such as 12.5"),
        ("boolean", "maybe", "true or false"),
    ],
)
def test_wrong_type_says_what_to_write(
    declared: str, text: str, allowed: str, tmp_path: Path, table: Callable[..., Table]
) -> None:
    (tmp_path / "orders.csv").write_text(f'week,other\n"{text}",1\n')
    with pytest.raises(WrongTypeError) as caught:
        loaded(FolderData(tmp_path), table("orders", {"week": declared}))
    assert str(caught.value).endswith(
        f"something else, for example {text!r} in {tmp_path}/orders.csv, line 2; write {allowed}"
    )


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT unnest(['1', 'x', 'y']) AS week", "declared 'int', but 2 rows hold something else, for example 'x'"),
        ("SELECT 1.5 AS week", "declared 'int', but 1 row holds something else, for example '1.5'"),
        ("SELECT 3000000000 AS week", "declared 'int', but 1 row holds something else, for example '3000000000'"),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_wrong_type_shows_an_example(
    sql: str, message: str, kind: str, tmp_path: Path, table: Callable[..., Table]
) -> None:
    write(tmp_path / f"orders.{kind}", sql)
    with pytest.raises(WrongTypeError) as caught:
        loaded(FolderData(tmp_path), table("orders", {"week": "int"}))
    file, line = tmp_path / f"orders.{kind}", 3 if "'x'" in message else 2
    place = f"{file}, line {line}" if kind == "csv" else file
    allowed = "write whole numbers that fit INTEGER"
    assert str(caught.value) == f"table 'orders': column 'week' is {message} in {place}; {allowed}"


_WRITTEN = {
    "int": (["7", "-7", "+7", "007", " 7 ", "7.0", ""], ["0x10", "1_0", "1e2", "1.5", "x"]),
    "decimal(10,2)": (["1", "1.99", "1.990", ".5", "-3."], ["1_0", "1e2", "1.999", "1,5", "123456789.00"]),
    "decimal": (["12", "12.0"], ["1.5"]),
    "decimal(7)": (["12", "12.0"], ["1.5"]),
    "double": (["1", "1.5e-3", "-.5", "NaN", "-Infinity"], ["0x10", "1_0", "1.5.2"]),
    "date": (
        ["2026-01-02", "2026-1-2", "2026-01-02 00:00:00", "2026-01-02T00:00:00.000"],
        ["2026-01-02 10:00:00", "2026/01/02", "02-01-2026", "2026-02-30", "epoch"],
    ),
    "timestamp": (
        ["2026-01-02", "2026-01-02 10:00", "2026-01-02T10:00:00.123456", "2026-01-02 10:00:00Z"],
        ["2026-01-02 10:00:00.1234567", "2026/01/02 10:00", "10:00", "infinity"],
    ),
    "boolean": (["true", "false"], ["perhaps"]),
}


@pytest.mark.parametrize(
    ("declared", "value", "fits"),
    [
        (declared, value, fits)
        for declared, both in _WRITTEN.items()
        for fits, values in zip((True, False), both, strict=True)
        for value in values
    ],
)
def test_a_value_in_text_is_held_as_it_is_written(
    declared: str, value: str, *, fits: bool, tmp_path: Path, table: Callable[..., Table]
) -> None:
    """Nothing is guessed, rounded or cut off; the message says in which line the value stands."""
    file = tmp_path / "visits.csv"
    file.write_text(f'city;id\n"two\nlines";\nx;{value}\n', encoding="utf-8")
    visits = table("visits", {"id": declared, "city": "string"})
    if not fits:
        with pytest.raises(WrongTypeError) as caught:
            loaded(FolderData(tmp_path), visits)
        assert str(caught.value).startswith(
            f"table 'visits': column 'id' is declared {declared!r}, but 1 row holds something else, "
            f"for example {value!r} in {file}, line 4; write "
        )
        return
    assert len(loaded(FolderData(tmp_path), visits).rows) == 2


@pytest.mark.parametrize(
    ("sql", "declared", "fits"),
    [
        ("1.99::DOUBLE", "decimal(10,2)", True),
        ("1.999::DOUBLE", "decimal(10,2)", False),
        ("1.999::DECIMAL(10,3)", "decimal(10,2)", False),
        ("1234567890123456.789::DECIMAL(20,3)", "decimal(20,2)", False),
        ("1234567890123456.780::DECIMAL(20,3)", "decimal(20,2)", True),
        ("79190000.07::DOUBLE", "decimal(38,18)", True),
        ("1.99::FLOAT", "decimal(10,2)", True),
        ("1.999::FLOAT", "decimal(10,2)", False),
        ("1e300::DOUBLE", "decimal(10,2)", False),
        ("true", "decimal(10,2)", True),
        ("12::BIGINT", "decimal(10,2)", True),
        ("TIMESTAMP '2026-01-02 00:00:00'", "date", True),
        ("TIMESTAMP '2026-01-02 10:00:00'", "date", False),
    ],
)
def test_a_value_that_would_be_rounded_is_refused(
    sql: str, declared: str, *, fits: bool, tmp_path: Path, table: Callable[..., Table]
) -> None:
    write(tmp_path / "orders.parquet", f"SELECT {sql} AS week")
    orders = table("orders", {"week": declared})
    if fits:
        assert len(loaded(FolderData(tmp_path), orders).rows) == 1
        return
    with pytest.raises(WrongTypeError, match="1 row holds something else"):
        loaded(FolderData(tmp_path), orders)


def test_rows_in_two_places_are_refused(tmp_path: Path, table: Callable[..., Table]) -> None:
    write(tmp_path / "visits.csv", "SELECT 1 AS id")
    (tmp_path / "visits").mkdir()
    source = FolderData(tmp_path)
    assert source.files("visits") == [tmp_path / "visits.csv"]
    write(tmp_path / "visits" / "1.csv", "SELECT 1 AS id")
    with pytest.raises(DataError) as caught:
        loaded(source, table("visits", {"id": "int"}))
    assert str(caught.value) == f"table 'visits': {tmp_path} holds 'visits/' and 'visits.csv'; keep one of them"


def test_folder_is_no_file(tmp_path: Path, table: Callable[..., Table]) -> None:
    (tmp_path / "visits.csv").mkdir()
    with pytest.raises(MissingDataError) as caught:
        loaded(FolderData(tmp_path), table("visits", COLUMNS))
    assert str(caught.value) == (
        f"table 'visits': no rows in {tmp_path}; looked for visits.parquet, visits.csv, visits.json, visits/; "
        "'visits.csv' is not a file"
    )


@pytest.mark.parametrize("pattern", ["../*.csv", "{folder}/../*.csv", "inner/../../*.csv"])
def test_patterns_stay_in_the_folder(pattern: str, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (tmp_path / "secret.csv").write_text("id\n1\n", encoding="utf-8")
    written = pattern.format(folder=folder)
    with pytest.raises(DataError) as caught:
        FolderData(folder, {"visits": written}).files("visits")
    assert str(caught.value) == f"table 'visits': the pattern {written!r} leads out of {folder}; it must stay inside"


def test_links_out_of_the_folder_match_no_pattern(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (tmp_path / "secret.csv").write_text("id\n1\n", encoding="utf-8")
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(DataError, match=r"link\.csv is a link that leads out of "):
        FolderData(folder, {"visits": "*.csv"}).files("visits")


def test_long_lists_of_columns_are_cut(tmp_path: Path, table: Callable[..., Table]) -> None:
    names = ",".join(f"c{index}" for index in range(5_000))
    (tmp_path / "visits.csv").write_text(f"{names}\n", encoding="utf-8")
    with pytest.raises(MissingColumnError, match=r"'c11', \.\.\. \(5,000 in all\)\)"):
        loaded(FolderData(tmp_path), table("visits", {"week": "int"}))


def test_empty_file(tmp_path: Path, table: Callable[..., Table]) -> None:
    (tmp_path / "orders.csv").touch()
    with pytest.raises(EmptyDataError, match="is empty: it has not even column names"):
        loaded(FolderData(tmp_path), table("orders", COLUMNS))


def test_broken_file_and_mixed_kinds(tmp_path: Path, table: Callable[..., Table]) -> None:
    whole = tmp_path / "whole.parquet"
    write(whole, "SELECT 1 AS week")
    for broken in (b"no parquet", whole.read_bytes()[:-9]):
        (tmp_path / "orders.parquet").write_bytes(broken)
        with pytest.raises(DataError) as caught:
            loaded(FolderData(tmp_path), table("orders", COLUMNS))
        assert str(caught.value) == (
            f"table 'orders': {tmp_path}/orders.parquet is not a whole Parquet file, which begins and ends with PAR1; "
            "copy it again if it was cut, and name a file by its own format: .csv, .json or .parquet"
        )
    (tmp_path / "ads").mkdir()
    (tmp_path / "ads" / "a.csv").write_text("id\n1\n")
    (tmp_path / "ads" / "b.json").write_text("{}")
    with pytest.raises(DataError, match=r"several formats \(\.csv, \.json\)"):
        loaded(FolderData(tmp_path), table("ads", COLUMNS))


@pytest.mark.parametrize("arrow", [False, True])
def test_memory(arrow: bool, table: Callable[..., Table]) -> None:  # noqa: FBT001 - a parameter of the test
    rows: Any = [{"ID": "a", "week": 3}, {"ID": None, "week": None}]
    if arrow:
        pyarrow = pytest.importorskip("pyarrow")
        rows = pyarrow.Table.from_pylist(rows)
    source = MemoryData({"orders": rows})
    assert loaded(source, table("Orders", {"id": "string", "week": "bigint"})).rows == (("a", 3), (None, None))
    with pytest.raises(MissingDataError, match="there are rows for 'orders'; did you mean 'orders'"):
        loaded(source, table("order", COLUMNS))
    with pytest.raises(MissingColumnError, match="column 'day' is not in the rows"):
        loaded(source, table("orders", COLUMNS))


def test_unknown_declared_type(tmp_path: Path, table: Callable[..., Table]) -> None:
    write(tmp_path / "orders.csv", "SELECT 1 AS week")
    with pytest.raises(WrongTypeError, match="column 'week': unknown column type 'wholenumber'"):
        loaded(FolderData(tmp_path), table("orders", {"week": "wholenumber"}))
