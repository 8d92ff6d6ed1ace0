"""Every query that is written for real tables resolves; those that do not are the ones meant not to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simulator.request import AnalysisRequest, Table, TemplateParameter
from simulator.sql.resolving import resolve_script
from tests.yaml_text import from_yaml

FILE = Path(__file__).parents[2] / "cases" / "corpus" / "aws-rules.yaml"
CORPUS: dict[str, Any] = from_yaml(FILE.read_text(encoding="utf-8"))
CASES = [case for part in ("cases", "open", "result_cases") for case in CORPUS[part] if case.get("sql")]
MEANT_NOT_TO = {"LST-STR-10": "not_a_select", "CUS-SQL-07": "not_a_select", "ENG-09": "syntax_error"}


def request(case: dict[str, Any]) -> AnalysisRequest:
    names = [entry if isinstance(entry, str) else entry["fixture"] for entry in case["tables"]]
    fixtures = [CORPUS["table_fixtures"][name] for name in names]
    return AnalysisRequest(
        sql=case["sql"],
        tables={one["name"].lower(): Table(one["name"], one["owner"], one["columns"]) for one in fixtures},
        query_runner="111111111111",
        engine=case.get("engine", "SPARK"),
        template_arn=case.get("analysis_template_arn"),
        parameters={name: TemplateParameter(each["type"]) for name, each in (case.get("parameters") or {}).items()},
    )


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_corpus_query(case: dict[str, Any]) -> None:
    expected = [MEANT_NOT_TO[case["id"]]] if case["id"] in MEANT_NOT_TO else []
    assert [problem.check for problem in resolve_script(request(case)).problems] == expected
