"""The rule of a multi-party intermediate table is never looser than what the table inherited."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from declarations.analysis_rules import IntermediateTableAnalysisRuleCustom
from declarations.intermediate_table import InheritedConstraints, loosened_controls
from tests.yaml_text import from_yaml

FILE = Path(__file__).parent.parent / "cases" / "declarations" / "inherited_controls.yaml"
CASES: dict[str, Any] = from_yaml(FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", CASES)
def test_loosened_controls(name: str) -> None:
    case = CASES[name]
    assert set(case) <= {"inherited", "rule", "errors"}
    rule = IntermediateTableAnalysisRuleCustom.model_validate(case["rule"])
    inherited = InheritedConstraints.model_validate(case["inherited"])
    found = {".".join(map(str, problem.path)): problem.message for problem in loosened_controls(rule, inherited)}
    assert found == case.get("errors", {})
