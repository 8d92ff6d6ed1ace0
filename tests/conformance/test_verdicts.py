"""Verdicts on queries of our own, where statements of the rules meet: `tests/cases/verdicts/<kind of rule>.yml`.

A file is a list of groups. A group has `tables` (names in `tables.yaml`, whose form is that of the conformance cases),
perhaps `asked` (what a conformance case may have beside its SQL), `allowed` (queries) and `denied` (a check that must
see it, to queries).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from simulator.verdict import Outcome, Verdict
from tests.conformance.query_cases import judge_query
from tests.yaml_text import from_yaml

CASES = Path(__file__).parents[1] / "cases" / "verdicts"
TABLES = from_yaml((CASES / "tables.yaml").read_text(encoding="utf-8"))
FILES = {path.stem: from_yaml(path.read_text(encoding="utf-8")) for path in sorted(CASES.glob("*.yml"))}


def _groups(part: str) -> list[Any]:
    found = []
    for name, groups in FILES.items():
        for group in groups:
            assert set(group) <= {"tables", "asked", "allowed", "denied"}
            queries = group.get(part, {})
            by_check = queries if isinstance(queries, Mapping) else {part: queries}
            for check, written in by_check.items():
                found += [pytest.param(group, check, sql, id=f"{name}-{check}") for sql in written]
    return found


def _judged(group: Mapping[str, Any], sql: str) -> Verdict:
    case = {"id": "case", "query_runner": "111111111111", "tables": group["tables"], "sql": sql}
    return judge_query(case | group.get("asked", {}), TABLES)


@pytest.mark.parametrize(("group", "_", "sql"), _groups("allowed"))
def test_allowed(group: Mapping[str, Any], _: str, sql: str) -> None:
    verdict = _judged(group, sql)
    assert verdict.findings == ()
    assert verdict.outcome is Outcome.ALLOWED


@pytest.mark.parametrize(("group", "check", "sql"), _groups("denied"))
def test_denied(group: Mapping[str, Any], check: str, sql: str) -> None:
    """For good: whatever the answers to open questions are."""
    verdict = _judged(group, sql)
    assert verdict.outcome is Outcome.DENIED
    assert check in {finding.check for finding in verdict.findings if finding.setting is None}


def test_every_table_is_used() -> None:
    used = {table for groups in FILES.values() for group in groups for table in group["tables"]}
    assert used == set(TABLES)
