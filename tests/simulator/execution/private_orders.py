"""Queries under differential privacy: on orders, whose users are protected, and on places, which are nobody's."""

from __future__ import annotations

from collections.abc import Mapping

from declarations.analysis_rules import AnalysisRuleCustom
from simulator.request import AnalysisRequest, Table

RUNNER, PROVIDER, OTHER = "111111111111", "222222222222", "333333333333"


def private_request(sql: str, orders: Mapping[str, str], places: Mapping[str, str]) -> AnalysisRequest:
    """Return a request by the runner.

    Args:
        sql: The query.
        orders: Types of the columns of the provider's table, of which `uid` is the user's.
        places: Types of the columns of the other's table.
    """
    private = _rule(differential_privacy={"columns": [{"name": "uid"}]})
    tables = {
        "orders": Table("orders", PROVIDER, orders, rule=private, receivers_unlimited=True),
        "places": Table("places", OTHER, places, rule=_rule(), receivers_unlimited=True),
    }
    ready = frozenset({PROVIDER})
    return AnalysisRequest(sql, tables, RUNNER, receivers=frozenset({RUNNER}), differential_privacy_ready=ready)


def _rule(**controls: object) -> AnalysisRuleCustom:
    fields = {"allowed_analyses": ["ANY_QUERY"], "allowed_analysis_providers": [RUNNER]}
    return AnalysisRuleCustom.model_validate(fields | {"additional_analyses": "NOT_ALLOWED"} | controls)
