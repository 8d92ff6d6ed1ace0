"""The examples of BigQuery's pages, run in their order: each statement comes out as the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from declarations.loading import LoadedBigQueryRoom, load_any_room
from simulator.settings import Settings
from simulator.verdict import Outcome
from tests.bigquery_endpoint.statements import is_view_statement
from tests.conformance.bigquery_cases import World, service_text
from tests.conformance.bigquery_rows import row_mismatches
from tests.yaml_text import from_yaml

ROOT = Path(__file__).parents[1]
EXAMPLE = re.compile(
    r"```sql\n(?P<sql>.*?)\n```\n\n\*\*(?P<verdict>allowed|denied)\*\*(: `(?P<text>[^`]*)`)?"
    r"(?P<none>, no rows)?((, in any order|, within (?P<tolerance>\d+))\n\n(?P<rows>(\|[^\n]*\n)+))?",
    re.DOTALL,
)
EXAMPLES = [
    match.groupdict()
    for match in EXAMPLE.finditer((ROOT / "docs" / "bigquery-examples.md").read_text(encoding="utf-8"))
]


TABLES = from_yaml((ROOT / "tests" / "cases" / "corpus" / "bigquery-rules.yaml").read_text())["tables"]
"""Rows of the example room's tables, among others."""


@pytest.fixture(scope="module")
def world() -> World:
    """The example room's tables, without its views: the page makes its own."""
    loaded = load_any_room(ROOT / "examples" / "bigquery_exams")
    assert isinstance(loaded, LoadedBigQueryRoom)
    return World(loaded.room.model_copy(update={"views": ()}))


def test_the_page_has_its_examples() -> None:
    assert len(EXAMPLES) == 32
    assert sum(example["verdict"] == "denied" for example in EXAMPLES) == 9
    assert sum(bool(example["rows"] or example["none"]) for example in EXAMPLES) == 5


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_example(world: World, example: dict[str, str | None]) -> None:
    sql = str(example["sql"])
    differences = [] if is_view_statement(sql) else _differences(world, sql, example)
    verdict = world.run(sql)
    assert verdict.outcome is (Outcome.ALLOWED if example["verdict"] == "allowed" else Outcome.DENIED)
    assert (service_text(verdict) if verdict.findings else None) == example["text"]
    assert differences == []


def _differences(world: World, sql: str, example: dict[str, str | None]) -> list[str]:
    """Tell what differs from the rows that the page shows; as they are before the query is charged."""
    if not example["rows"] and not example["none"]:
        return []
    heading, _, *lines = (example["rows"] or "||\n||").splitlines()
    expected: dict[str, object] = {"expected_rows": [list(map(_value, _cells(line))) for line in lines]}
    if example["rows"]:
        expected |= {"expected_columns": _cells(heading), "tolerance": float(example["tolerance"] or 0)}
    return row_mismatches(expected, world, world.asked(sql, Settings()), TABLES)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def _value(cell: str) -> str | float:
    if cell.isdigit():
        return int(cell)
    return float(cell) if cell[0].isdigit() else cell
