"""Queries that try to get something out that a rule keeps in, and what has to be said of each.

A file of `tests/cases/smuggling` holds `about`, `tables` (fixtures of the conformance cases), `denied` (the check that
must see it, to queries) and `undocumented` (the open question it rests on, to queries).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simulator.verdict import Outcome, Verdict
from tests.conformance.query_cases import judge_query
from tests.yaml_text import from_yaml

CASES = Path(__file__).parents[1] / "cases"
FIXTURES = from_yaml((CASES / "corpus" / "aws-rules.yaml").read_text())["table_fixtures"]
PARTS = {"about", "tables", "denied", "undocumented"}


def _queries(part: str) -> list[Any]:
    found = []
    for path in sorted((CASES / "smuggling").glob("*.yml")):
        document = from_yaml(path.read_text(encoding="utf-8"))
        assert set(document) <= PARTS, f"{path.name}: unknown parts {set(document) - PARTS}"
        for reason, queries in document.get(part, {}).items():
            found += [
                pytest.param(document["tables"], sql, reason, id=f"{path.stem}-{reason}-{number}")
                for number, sql in enumerate(queries)
            ]
    return found


def _verdict(tables: list[str], sql: str) -> Verdict:
    return judge_query({"id": "x", "tables": tables, "query_runner": "111111111111", "sql": sql}, FIXTURES)


@pytest.mark.parametrize(("tables", "sql", "check"), _queries("denied"))
def test_denied(tables: list[str], sql: str, check: str) -> None:
    """A denial that rests on an open question alone would not be one."""
    verdict = _verdict(tables, sql)
    assert verdict.outcome is Outcome.DENIED
    assert check in {finding.check for finding in verdict.findings if finding.setting is None}


@pytest.mark.parametrize(("tables", "sql", "setting"), _queries("undocumented"))
def test_undocumented(tables: list[str], sql: str, setting: str) -> None:
    """Neither allowed nor denied: the documentation can be read both ways, and the verdict names the question."""
    verdict = _verdict(tables, sql)
    assert verdict.outcome is Outcome.UNDOCUMENTED
    assert setting in {finding.setting for finding in verdict.findings}
