"""What the service would refuse is refused by the preview: of most types, the old one is deleted before that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from components.provider.properties.places import HIDDEN
from tests.pulumi_engine.made import Made
from tests.pulumi_engine.room_program import RETAILER, changing, collaboration_inputs, provider, table_inputs
from tests.pulumi_engine.stack import Stack
from tests.simulator.api.accounts import Accounts

GOOD = "SELECT o.id, COUNT(o.amount) AS n FROM orders o WHERE o.amount > :least GROUP BY o.id"
PARAMETERS = [{"name": "least", "type": "INTEGER"}]


def asked(endpoint: str, text: str = GOOD, *, secret: bool = False, **changed: Any) -> Callable[[], None]:
    """A room with a template, and a table with a rule."""

    def program() -> None:
        opts = provider(endpoint)
        room = Made("Collaboration", "room", collaboration_inputs(), opts)
        joined = {"collaborationIdentifier": room.output("collaborationIdentifier"), "queryLogStatus": "DISABLED"}
        membership = Made("Membership", "own", joined, opts).output("membershipIdentifier")
        table = Made("ConfiguredTable", "orders", changing(table_inputs(), changed.get("orders")), opts)
        template = {
            "membershipIdentifier": membership,
            "name": "totals",
            "format": "SQL",
            "source": {"text": pulumi.Output.secret(text) if secret else text},
            "analysisParameters": PARAMETERS,
        }
        Made("AnalysisTemplate", "totals", changing(template, changed.get("totals")), opts)
        rule = {
            "configuredTableIdentifier": table.output("configuredTableIdentifier"),
            "analysisRuleType": "AGGREGATION",
            "analysisRulePolicy": {"v1": {"aggregation": {**_AGGREGATION, **changed.get("rule", {})}}},
        }
        Made("ConfiguredTableAnalysisRule", "orders", rule, opts)

    return program


_AGGREGATION = {
    "aggregateColumns": [{"columnNames": ["amount"], "function": "SUM"}],
    "joinColumns": ["id"],
    "dimensionColumns": [],
    "scalarFunctions": [],
    "outputConstraints": [{"columnName": "id", "minimum": 10, "type": "COUNT_DISTINCT"}],
}


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (
            {"text": GOOD.replace("FROM", "FRM")},
            "totals: source.text would be refused: line 1, column 35: not valid SQL: ",
        ),
        (
            {"text": GOOD.replace(":least", ":most")},
            (
                "totals: source.text would be refused: line 1, column 55: parameter ':most' is not declared "
                "(declared: ':least')"
            ),
        ),
        (
            {"totals": {"analysisParameters": [*PARAMETERS, *PARAMETERS]}},
            ("totals: analysisParameters[1].name would be refused: parameter 'least' is declared more than once"),
        ),
        (
            {"rule": {"joinColumns": ["idd"]}},
            (
                "orders: analysisRulePolicy.v1.aggregation.joinColumns[0] would be refused: 'idd' is not an allowed "
                "column of the table (allowed: 'id', 'amount')"
            ),
        ),
    ],
)
def test_what_would_be_refused_changes_nothing(
    changed: dict[str, Any], sentence: str, stack: Stack, accounts: Accounts
) -> None:
    assert stack.up(asked(accounts.url)).failures == ()
    before = stack.resource("totals").id
    for run in (stack.preview, stack.up):
        failures = run(asked(accounts.url, **changed)).failures
        assert any(sentence in failure for failure in failures), failures
    membership = before.partition("/")[0]
    listed = accounts.client(RETAILER).list_analysis_templates(membershipIdentifier=membership)
    assert [each["id"] for each in listed["analysisTemplateSummaries"]] == [before.partition("/")[2]]


def test_a_rule_is_judged_by_the_table_that_is_to_be(stack: Stack, accounts: Accounts) -> None:
    assert stack.up(asked(accounts.url)).failures == ()
    wider = asked(accounts.url, orders={"allowedColumns": ["id", "amount", "day"]}, rule={"joinColumns": ["day"]})
    assert stack.preview(wider).failures == ()
    assert stack.up(wider).failures == ()


def test_a_secret_text_is_not_told(stack: Stack, accounts: Accounts) -> None:
    (failure,) = stack.preview(asked(accounts.url, "SELECT secret_word FRM orders", secret=True)).failures
    assert failure.endswith(f"totals: source.text would be refused: {HIDDEN}")
