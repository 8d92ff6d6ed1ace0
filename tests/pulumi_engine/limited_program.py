"""A small program whose table may be used ten times: the association `a` and its access budget `b`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from tests.pulumi_engine.made import Made
from tests.pulumi_engine.room_program import changing, collaboration_inputs, provider, table_inputs


def limited(
    endpoint: str,
    *,
    named: Sequence[str] = (),
    association: str = "orders",
    table: str = "orders",
    arn: str | None = None,
    refresh: str | None = None,
    budgets: Sequence[Mapping[str, Any]] = ({"type": "LIFETIME", "budget": 10},),
    without: Sequence[str] = (),
    beside: str | None = None,
) -> None:
    """Declare a table that can be queried, with its limit.

    Args:
        endpoint: Where the services are.
        named: What may be destroyed.
        association: The association's name in SQL.
        table: Which of the tables `orders` and `returns` it associates.
        arn: What the budget limits, if the program does not take it from the association.
        refresh: When the budget is refreshed, if the program says so.
        budgets: The budget's parameters.
        without: The names of what the program leaves out, `a`, `b` or the rules.
        beside: The name in SQL of a second association of the table, which the program calls `a2`.
    """
    opts = provider(endpoint, allowDestroying=list(named))
    collaboration = Made("Collaboration", "room", collaboration_inputs(), opts)
    joined = {"collaborationIdentifier": collaboration.output("collaborationIdentifier"), "queryLogStatus": "DISABLED"}
    membership = Made("Membership", "own", joined, opts).output("membershipIdentifier")
    tables = {name: Made("ConfiguredTable", name, {**table_inputs(), "name": name}, opts) for name in _TABLES}
    for name, made in tables.items():
        rule = {
            "configuredTableIdentifier": made.output("configuredTableIdentifier"),
            "analysisRuleType": "CUSTOM",
            "analysisRulePolicy": {
                "v1": {"custom": {"allowedAnalyses": ["ANY_QUERY"], "allowedAnalysisProviders": []}}
            },
        }
        if f"{name}-rule" not in without:
            Made("ConfiguredTableAnalysisRule", f"{name}-rule", rule, opts)
    stated = {
        "name": association,
        "membershipIdentifier": membership,
        "configuredTableIdentifier": tables[table].output("configuredTableIdentifier"),
        "roleArn": "arn:aws:iam::111111111111:role/reader",
    }
    if beside:
        Made("ConfiguredTableAssociation", "a2", {**stated, "name": beside}, opts)
    if "a" not in without:
        made = Made("ConfiguredTableAssociation", "a", stated, opts)
        pulumi.export("arn", made.output("arn"))
    if "b" not in without:
        parameters = {"accessBudget": {"resourceArn": arn or made.output("arn"), "budgetParameters": list(budgets)}}
        budget = {"membershipIdentifier": membership, "privacyBudgetType": "ACCESS_BUDGET", "parameters": parameters}
        Made("PrivacyBudgetTemplate", "b", changing(budget, {"autoRefresh": refresh}), opts)


_TABLES = ("orders", "returns")
