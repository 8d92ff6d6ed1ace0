"""A table resource of the REST API as the state of a view: whatever is not understood is no view without a policy."""

from __future__ import annotations

from typing import Any

import pytest

from declarations.bigquery.rest import RemainingBudget
from declarations.bigquery.table_resource import NoViewError, view_state
from declarations.bigquery.view_updates import ViewState
from tests.declarations.bigquery.policies import PRIVATE, THRESHOLD, policy, policy_to_rest

QUERY = "SELECT * FROM ds.Exams"


def _resource(**view: Any) -> dict[str, Any]:  # noqa: ANN401 - members of a view definition
    return {"type": "VIEW", "view": {"query": QUERY, "useLegacySql": False} | view}


def test_a_view() -> None:
    assert view_state(_resource()) == ViewState(QUERY)
    assert view_state(_resource(privacyPolicy={})) == ViewState(QUERY)


def test_a_view_with_a_policy() -> None:
    threshold = policy(threshold=THRESHOLD)
    assert view_state(_resource(privacyPolicy=policy_to_rest(threshold))) == ViewState(QUERY, threshold)


def test_what_is_left_of_its_budgets() -> None:
    private = policy(private=PRIVATE)
    found = policy_to_rest(private)
    found["differentialPrivacyPolicy"] |= {"epsilonBudgetRemaining": 5.5, "deltaBudgetRemaining": 0.01}
    assert view_state(_resource(privacyPolicy=found)) == ViewState(QUERY, private, remaining=RemainingBudget(5.5, 0.01))


def test_a_materialized_view() -> None:
    resource = {"type": "MATERIALIZED_VIEW", "materializedView": {"query": QUERY}}
    assert view_state(resource) == ViewState(QUERY, kind="MATERIALIZED_VIEW")


def test_what_a_plain_select_does_not_say_makes_another_query() -> None:
    assert view_state(_resource(useLegacySql=True)).query == f"#legacySQL\n{QUERY}"
    named = _resource(useExplicitColumnNames=True) | {"schema": {"fields": [{"name": "a"}, {"name": "b"}]}}
    assert view_state(named).query == f"(a, b) AS {QUERY}"


@pytest.mark.parametrize(
    ("resource", "message"),
    [
        ({"type": "TABLE"}, "it is not a view; found type TABLE"),
        ({}, "it is not a view; found type TABLE"),
        (
            _resource(privacyPolicy={"joinRestrictionPolicy": {"joinCondition": "JOIN_CONDITION_UNSPECIFIED"}}),
            "its privacy policy cannot be read: Input should be 'JOIN_ANY'",
        ),
        (_resource(privacyPolicy={"anotherPolicy": {}}), "its privacy policy cannot be read: Extra inputs"),
        (_resource(privacyPolicy={"aggregationThresholdPolicy": {"threshold": "3"}}), "cannot be read: Field required"),
    ],
)
def test_what_is_not_understood(resource: dict[str, Any], message: str) -> None:
    with pytest.raises(NoViewError) as refused:
        view_state(resource)
    assert message in str(refused.value)
