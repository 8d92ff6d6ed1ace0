"""Rules are read with and without their version, and stay within their size."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from declarations.analysis_rules import AnalysisRuleList, AnalysisRulePolicy, AnalysisRuleType, rule_of
from declarations.association import AssociationAnalysisRulePolicy
from declarations.intermediate_table import IntermediateTableAnalysisRulePolicy
from declarations.rule_resources import (
    ConfiguredTableAnalysisRule,
    ConfiguredTableAssociationAnalysisRule,
    IntermediateTableAnalysisRule,
)
from tests.compliant.configured_table_analysis_rule import CUSTOM, LIST, RULES
from tests.declarations.changes import errors_of

CONFIGURED, ASSOCIATION = ConfiguredTableAnalysisRule, ConfiguredTableAssociationAnalysisRule


@pytest.mark.parametrize("kind", RULES)
def test_rule_of(kind: str) -> None:
    policy = {kind.lower(): RULES[kind]}
    assert rule_of({"v1": policy}) == rule_of(policy)
    assert rule_of(policy).rule_type == kind


def test_rule_of_nothing() -> None:
    with pytest.raises(ValidationError) as refused:
        rule_of({})
    assert errors_of(refused.value) == {"": "exactly one of aggregation, list, custom must be present; found none"}


def _list_rule(size: int) -> dict[str, Any]:
    """Return a policy whose JSON, with its version, has *size* bytes."""
    free = size - len('{"v1":{"list":{"joinColumns":["a"],"listColumns":[""]}}}')
    columns = ["c" * 100] * ((free - 1) // 103)  # each with two quotes and a comma
    return {"list": {"joinColumns": ["a"], "listColumns": [*columns, "c" * (free - 103 * len(columns))]}}


def test_size_is_limited() -> None:
    """100 KB is allowed, one byte more is not."""
    assert isinstance(AnalysisRulePolicy.model_validate(_list_rule(100_000)).rule, AnalysisRuleList)
    with pytest.raises(ValidationError) as refused:
        AnalysisRulePolicy.model_validate(_list_rule(100_001))
    message = "at most 100,000 bytes of JSON per analysis rule (100 KB) are allowed; found 100,001"
    assert errors_of(refused.value) == {"": message}


def test_policies_become_resources() -> None:
    policy = AnalysisRulePolicy.model_validate({"list": LIST})
    assert policy.rule_type is AnalysisRuleType.LIST
    request = {"analysisRuleType": "LIST", "analysisRulePolicy": {"v1": {"list": LIST}}}
    assert CONFIGURED.of(policy).to_request() == request
    association = AssociationAnalysisRulePolicy.model_validate({"list": {"allowedResultReceivers": []}})
    assert ASSOCIATION.of(association).to_request()["analysisRuleType"] == "LIST"
    intermediate = IntermediateTableAnalysisRulePolicy.model_validate({"custom": CUSTOM})
    request = {"analysisRuleType": "CUSTOM", "analysisRulePolicy": {"v1": {"custom": CUSTOM}}}
    assert IntermediateTableAnalysisRule.of(intermediate).to_request() == request
