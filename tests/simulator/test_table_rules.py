"""Controls are read in one place, so that a rule of either class is judged and enforced alike."""

from __future__ import annotations

import pytest

from declarations.analysis_rules import AnalysisRuleCustom
from declarations.custom_rule import CustomControls, IntermediateTableAnalysisRuleCustom
from simulator.execution.loading.data import MemoryData
from simulator.execution.running import run
from simulator.privacy.rng import seeded
from simulator.request import AnalysisRequest, Table
from simulator.table_rules import identity_column, is_private, threshold

RUNNER = "222222222222"
CONTROLS = {
    "allowed_analyses": ["ANY_QUERY"],
    "allowed_analysis_providers": [RUNNER],
    "aggregation_thresholds": [
        {
            "identity_columns": ["person"],
            "minimum_identity_count": 3,
            "type": "COUNT_DISTINCT",
            "allowed_aggregate_expression_type": "COLUMNS_ONLY",
        }
    ],
}
RULES = (AnalysisRuleCustom, IntermediateTableAnalysisRuleCustom)


@pytest.mark.parametrize("kind", RULES)
def test_controls_are_found_in_either_class(kind: type[CustomControls]) -> None:
    table = _table(kind)
    found = threshold(table)
    assert found is not None
    assert found.minimum_identity_count == 3
    assert identity_column(table) == "person"
    assert not is_private(table)


@pytest.mark.parametrize("kind", RULES)
def test_threshold_of_either_class_is_enforced(kind: type[CustomControls]) -> None:
    rows = [{"person": name, "city": city} for name, city in (("a", "X"), ("b", "X"), ("c", "X"), ("d", "Y"))]
    request = AnalysisRequest(
        sql="SELECT city, COUNT(DISTINCT person) AS people FROM visits GROUP BY city",
        tables={"visits": _table(kind)},
        query_runner=RUNNER,
    )
    result = run(request, MemoryData({"visits": rows}), booking=None, source=seeded(1))
    assert result.answer.rows == (("X", 3),)
    assert result.rows_removed_by_threshold == 1


def _table(kind: type[CustomControls]) -> Table:
    columns = {"person": "string", "city": "string"}
    rule = kind.model_validate(CONTROLS)
    return Table("visits", "111111111111", columns, rule=rule, receivers_unlimited=True)
