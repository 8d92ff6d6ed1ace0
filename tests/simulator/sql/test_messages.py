"""What is told about SQL before any rule is asked: what was found, what there is, and what was probably meant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simulator.request import AnalysisRequest, Table
from simulator.sql.resolving import resolve_script
from tests.sql_requests import request
from tests.yaml_text import from_yaml

FILE = Path(__file__).parents[2] / "cases/sql/messages.yaml"
CASES: dict[str, Any] = from_yaml(FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", CASES)
def test_message(name: str) -> None:
    problem = resolve_script(request(CASES[name]["sql"])).problems[0]
    assert problem.span is not None
    place = f"{problem.span.line}:{problem.span.column}"
    assert (place, problem.message) == (CASES[name]["place"], CASES[name]["message"])


def test_long_lists_are_cut() -> None:
    """Of many names twelve are shown, among them the one that was probably meant."""
    columns = {f"c{index}": "string" for index in range(5_000)} | {"week": "int"}
    tables = {f"t{index}": Table(f"t{index}", "1" * 12, columns) for index in range(33)}
    (column,) = resolve_script(AnalysisRequest("SELECT weak FROM t0", tables, "1" * 12)).problems
    shown = ", ".join(f"'c{index}'" for index in range(11))
    assert column.message == (
        f"column 'weak' does not exist in 't0', or is not allowed there (allowed columns: {shown}, 'week', "
        "... (5,001 in all)); did you mean 'week'?"
    )
    (table,) = resolve_script(AnalysisRequest("SELECT 1 AS one FROM visits", tables, "1" * 12)).problems
    assert table.message.endswith("'t10', 't11', ... (33 in all))")
