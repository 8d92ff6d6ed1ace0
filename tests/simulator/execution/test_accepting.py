"""Nothing is bound for a run that the rules do not allow."""

from __future__ import annotations

import pytest

from declarations.analysis_rules import AnalysisRuleAggregation
from simulator.execution.accepting import require_allowed
from simulator.execution.errors import NotAllowedError
from simulator.request import AnalysisRequest, Table
from simulator.verdict import Outcome

RUNNER, PROVIDER = "111111111111", "222222222222"
SALES = AnalysisRuleAggregation.model_validate(
    {
        "aggregate_columns": [{"column_names": ["amount"], "function": "SUM"}],
        "join_columns": ["id"],
        "dimension_columns": ["region"],
        "scalar_functions": [],
        "output_constraints": [{"column_name": "id", "minimum": 2, "type": "COUNT_DISTINCT"}],
        "additional_analyses": "NOT_ALLOWED",
    }
)


def _asked(sql: str, *, receivers_unlimited: bool = True) -> AnalysisRequest:
    columns = {"id": "string", "region": "string", "amount": "decimal(10,2)"}
    table = Table("sales", PROVIDER, columns, rule=SALES, receivers_unlimited=receivers_unlimited)
    return AnalysisRequest(sql, {"sales": table}, RUNNER, receivers=frozenset({RUNNER}))


def test_what_is_allowed_comes_back_bound() -> None:
    context = require_allowed(_asked("SELECT region, SUM(amount) FROM sales GROUP BY region"))
    assert list(context.script.tables()) == ["sales"]


@pytest.mark.parametrize(
    "sql", ["SELECT id, SUM(amount) FROM sales GROUP BY id", "SELECT nothing FROM nowhere", "SELEC", "", ";"]
)
def test_what_is_denied_does_not(sql: str) -> None:
    with pytest.raises(NotAllowedError) as caught:
        require_allowed(_asked(sql))
    assert caught.value.verdict.outcome is Outcome.DENIED


def test_what_is_undocumented_does_not_either() -> None:
    with pytest.raises(NotAllowedError) as caught:
        require_allowed(_asked("SELECT region, SUM(amount) FROM sales GROUP BY region", receivers_unlimited=False))
    assert caught.value.verdict.outcome is Outcome.UNDOCUMENTED
