"""Pipe syntax, against the SELECTs that it stands for: `tests/cases/sql/pipes.yaml`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sql_requests import read_sql
from tests.yaml_text import from_yaml

CASES = from_yaml((Path(__file__).parents[2] / "cases" / "sql" / "pipes.yaml").read_text(encoding="utf-8"))


def _meaning(sql: str) -> tuple[list[str], list[str], list[str], list[str]]:
    """Return the statements, privacy clauses, bounds and problems of a text."""
    parsed, found = read_sql(sql)
    attached = parsed.attached
    return (
        [statement.sql("bigquery") for statement in parsed.statements],
        [clause.sql() for clause in attached.clauses.values()],
        [bounds.sql() for bounds in attached.bounds.values()],
        found,
    )


@pytest.mark.parametrize("case", CASES["same"], ids=lambda case: case["pipe"])
def test_written_out(case: dict[str, str]) -> None:
    """An operator that an unread word came with would be missing here: nothing is dropped."""
    assert _meaning(case["pipe"]) == _meaning(case["select"])
    assert read_sql(case["pipe"])[1] == []


@pytest.mark.parametrize("case", CASES["refused"], ids=lambda case: case["sql"])
def test_refused(case: dict[str, str]) -> None:
    assert read_sql(case["sql"])[1] == [case["message"]]


def test_what_is_written_out_may_not_nest_too_deeply() -> None:
    _, found = read_sql("FROM t" + " |> EXTEND a + 1 AS a" * 40)
    assert "nest too deeply" in found[0]
