"""The sample rows: complete, typed as the rooms declare, the same pseudonym everywhere, and written once."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from examples.complete_journey import prepare as subject
from tests.yaml_text import from_yaml

EXAMPLE = Path(subject.__file__).parent
GLUE_TYPES = {"string": "VARCHAR", "int": "INTEGER", "bigint": "BIGINT", "date": "DATE", "timestamp": "TIMESTAMP"}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("complete_journey") / "data"
    assert subject.prepare(folder)
    return folder


def _declared() -> dict[str, dict[str, str]]:
    tables: dict[str, dict[str, str]] = {}
    for room in ("reach", "measurement"):
        document = from_yaml((EXAMPLE / room / "room.yaml").read_text(encoding="utf-8"))
        for membership in document["memberships"]:
            for table in membership["configured_tables"]:
                columns = {name: column["type"] for name, column in table["columns"].items()}
                assert tables.setdefault(table["name"], columns) == columns, "both rooms describe a table alike"
    return tables


def _ask(data: Path, query: str) -> list[tuple[object, ...]]:
    connection = duckdb.connect()
    for path in data.glob("*.parquet"):
        connection.from_parquet(str(path)).create_view(path.stem)
    return connection.execute(query).fetchall()


def _engine_type(glue: str) -> str:
    return GLUE_TYPES.get(glue) or glue.upper()


def test_every_table_has_the_declared_columns_and_types(data: Path) -> None:
    declared = _declared()
    assert set(declared) == set(subject.TABLES)
    for name, columns in declared.items():
        written = {row[0]: str(row[1]) for row in _ask(data, f"DESCRIBE {name}")}
        assert written == {column: _engine_type(glue) for column, glue in columns.items()}, name


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("transactions", 1_469_307),
        ("coupon_redemptions", 2_102),
        ("products", 92_331),
        ("campaign_mailings", 6_589),
        ("promoted_products", 116_204),
        ("demographics", 801),
    ],
)
def test_no_row_is_lost_or_doubled(data: Path, table: str, rows: int) -> None:
    assert duckdb.from_parquet(str(data / f"{table}.parquet")).count("*").fetchall() == [(rows,)]


def test_parties_write_a_household_alike(data: Path) -> None:
    """All demographics of the source belong to shoppers; so they must here."""
    assert _ask(data, "SELECT count(*) FROM demographics ANTI JOIN transactions USING (household_id)") == [(0,)]


def test_a_pseudonym_does_not_show_the_household() -> None:
    first, second = subject.pseudonym(1), subject.pseudonym(2)
    assert re.fullmatch("[0-9a-f]{64}", first)
    assert first == subject.pseudonym(1) != second


def test_money_is_exact(data: Path) -> None:
    """The source holds binary fractions; every amount must become the cents that were meant."""
    source = duckdb.from_parquet(str(subject.source_folder() / "transactions.parquet"))
    cents = source.aggregate("CAST(sum(CAST(round(sales_value * 100) AS BIGINT)) AS BIGINT)").fetchall()
    assert _ask(data, "SELECT CAST(sum(sales_value) * 100 AS BIGINT) FROM transactions") == cents


def test_the_baseline_is_as_long_as_the_campaign(data: Path) -> None:
    lengths = "SELECT DISTINCT (start_date - baseline_start_date) - (end_date - start_date + 1) FROM campaign_mailings"
    assert _ask(data, lengths) == [(0,)]


def test_a_second_run_writes_nothing(data: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in data.iterdir()}
    assert not subject.prepare(data)
    assert {path: path.stat().st_mtime_ns for path in data.iterdir()} == before


def test_an_interrupted_run_is_repeated(data: Path) -> None:
    (data / "products.parquet").unlink()
    assert subject.prepare(data)
    assert {path.name for path in data.iterdir()} == {f"{name}.parquet" for name in subject.TABLES} | {".prepared.json"}


def test_a_missing_package_is_named() -> None:
    with pytest.raises(ModuleNotFoundError, match="needs the package 'no_such_package': install the extra 'example'"):
        subject.source_folder("no_such_package")
