"""Queries that try to smuggle something past a control: each is denied for good, by the check that should see it.

A file of `tests/cases/adversarial` holds `about`, the default `tables` (fixtures of the conformance cases) and
`denied_by`, and `cases`: SQL, or a mapping with `sql` and whatever differs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simulator.verdict import Outcome
from tests.conformance.query_cases import judge_query
from tests.yaml_text import from_yaml

CASES = Path(__file__).parents[2] / "cases"
FIXTURES = from_yaml((CASES / "corpus" / "aws-rules.yaml").read_text())["table_fixtures"]


def _cases() -> list[Any]:
    found = []
    for path in sorted((CASES / "adversarial").glob("*.yml")):
        document = from_yaml(path.read_text())
        for name, written in document["cases"].items():
            case = dict(written) if isinstance(written, dict) else {"sql": written}
            check = case.pop("denied_by", document["denied_by"])
            case = {"id": name, "query_runner": "111111111111", "tables": document["tables"], **case}
            found.append(pytest.param(case, check, id=f"{path.stem}-{name}"))
    return found


@pytest.mark.parametrize(("case", "check"), _cases())
def test_denied(case: dict[str, Any], check: str) -> None:
    """A denial that rests on an open question alone would not be one."""
    verdict = judge_query(case, FIXTURES)
    assert verdict.outcome is Outcome.DENIED
    assert check in {finding.check for finding in verdict.findings if finding.setting is None}
