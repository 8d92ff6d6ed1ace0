"""Statements that try to get more out of BigQuery's protected views than their rules give: each is denied for good."""

from __future__ import annotations

from pathlib import Path

import pytest

from declarations.bigquery.room import BigQueryRoom
from simulator.analysis_rules import judge
from simulator.verdict import Outcome
from simulator.views import bigquery_room
from tests.yaml_text import from_yaml

FILE = Path(__file__).parents[2] / "cases" / "views" / "smuggling.yaml"
CASES = from_yaml(FILE.read_text(encoding="utf-8"))
ROOM = BigQueryRoom.model_validate(CASES["room"])
TABLES = bigquery_room.tables(ROOM)


@pytest.mark.parametrize(
    ("check", "sql"),
    [pytest.param(check, sql, id=check) for check, listed in CASES["denied"].items() for sql in listed],
)
def test_denied(check: str, sql: str) -> None:
    """A denial that rests on an open question alone would not be one."""
    verdict = judge(bigquery_room.request(ROOM, sql, known=TABLES))
    assert verdict.outcome is Outcome.DENIED
    assert check in {finding.check for finding in verdict.findings if finding.setting is None}
