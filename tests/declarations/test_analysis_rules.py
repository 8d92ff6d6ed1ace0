"""Rules are read with and without their version, and stay within their size."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from declarations.analysis_rules import (
    AnalysisRuleIdMappingTable,
    AnalysisRuleList,
    AnalysisRulePolicy,
    AnalysisRuleType,
    rule_of,
)
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


OVERLAP_PATH = "query_constraints.0.require_overlap.columns"


@pytest.mark.parametrize(
    ("rule", "errors"),
    [
        ({"join_columns": ["a", "b"], "query_constraints": []}, {}),
        ({"join_columns": ["a", "b"], "query_constraints": [["a"]], "dimension_columns": ["b"]}, {}),
        ({"join_columns": ["a", "b"], "query_constraints": [None], "dimension_columns": []}, {}),
        ({"join_columns": ["a", "b"], "query_constraints": [[]], "dimension_columns": ["a", "b"]}, {}),
        (
            {"join_columns": ["a", "a"], "query_constraints": []},
            {"join_columns": "the source and the target are both 'a'"},
        ),
        (
            {"join_columns": ["a", "b"], "query_constraints": [["a", "c"]]},
            {f"{OVERLAP_PATH}.1": "'c' is no join column ('a', 'b')"},
        ),
        (
            {"join_columns": ["a", "b"], "query_constraints": [["a", "b"]], "dimension_columns": ["b"]},
            {OVERLAP_PATH: "'b' is a dimension column, so its overlap cannot be required"},
        ),
        (
            {"join_columns": ["a", "b"], "query_constraints": [None], "dimension_columns": ["a"]},
            {OVERLAP_PATH: "'a' is a dimension column, so its overlap cannot be required"},
        ),
    ],
)
def test_rule_of_an_id_mapping_table(rule: dict[str, Any], errors: dict[str, str]) -> None:
    constraints = [{"require_overlap": {"columns": columns}} for columns in rule["query_constraints"]]
    found: dict[str, str] = {}
    try:
        AnalysisRuleIdMappingTable.model_validate({**rule, "query_constraints": constraints})
    except ValidationError as error:
        found = errors_of(error)
    assert found == errors
