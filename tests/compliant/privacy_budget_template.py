"""Compliant privacy budget templates, one of each type."""

from __future__ import annotations

from typing import Any

from tests.compliant.ids import ASSOCIATION_ARN, ID, IN_MEMBERSHIP, without

OPERATION = "create_privacy_budget_template"
REQUEST: dict[str, Any] = {
    "membershipIdentifier": ID,
    "autoRefresh": "CALENDAR_MONTH",
    "privacyBudgetType": "DIFFERENTIAL_PRIVACY",
    "parameters": {"differentialPrivacy": {"epsilon": 10, "usersNoisePerQuery": 30}},
    "tags": {"team": "privacy"},
}
RESPONSE: dict[str, Any] = {**without(REQUEST, "membershipIdentifier", "tags"), **IN_MEMBERSHIP}
ACCESS_REQUEST: dict[str, Any] = {
    "membershipIdentifier": ID,
    "privacyBudgetType": "ACCESS_BUDGET",
    "parameters": {
        "accessBudget": {
            "budgetParameters": [
                {"type": "CALENDAR_WEEK", "budget": 10, "autoRefresh": "ENABLED"},
                {"type": "LIFETIME", "budget": 1000},
            ],
            "resourceArn": ASSOCIATION_ARN,
        }
    },
}
