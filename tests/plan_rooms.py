"""A small room for tests of plans: a table under differential privacy, and one with an access budget."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from declarations.clean_room import CleanRoom
from declarations.plan import Plan
from simulator.execution.loading.data import DataSource
from simulator.plans.rooms import PlannedRoom
from simulator.room import request

OWNER, RUNNER, PANEL = "111111111111", "222222222222", "333333333333"

QUERIES = {
    "users": "SELECT COUNT(DISTINCT user_id) AS users FROM visits",
    "rows": "SELECT COUNT(user_id) AS visits FROM visits",
    "spend": "SELECT SUM(spend) AS spend FROM visits",
    "mean": "SELECT AVG(spend) AS mean FROM visits",
    "by_region": "SELECT p.region, SUM(v.spend) AS spend FROM visits AS v "
    "JOIN panel AS p ON v.user_id = p.user_id GROUP BY p.region",
    "panel_only": "SELECT region, COUNT(user_id) AS users FROM panel GROUP BY region",
}
"""One query a price: 1, 2, 3, 4 units; 3 units and one use of the panel; one use of the panel alone."""


def room(
    epsilon: int = 10,
    users_noise: int = 30,
    refresh: str = "NONE",
    access: tuple[Mapping[str, Any], ...] = (),
    name: str = "small",
) -> CleanRoom:
    """Declare the room.

    Args:
        epsilon: Of the owner's budget.
        users_noise: Its noise, in users.
        refresh: CALENDAR_MONTH or NONE.
        access: Budget parameters of the panel's table; none for no access budget.
        name: The collaboration's name.
    """
    private = {"epsilon": epsilon, "users_noise_per_query": users_noise}
    budget = {
        "privacy_budget_type": "DIFFERENTIAL_PRIVACY",
        "auto_refresh": refresh,
        "parameters": {"differential_privacy": private},
    }
    uses = {
        "privacy_budget_type": "ACCESS_BUDGET",
        "parameters": {"access_budget": {"resource_arn": "table:panel", "budget_parameters": list(access)}},
    }
    visits = {"user_id": "string", "day": "int", "spend": "int"}
    return CleanRoom.model_validate(
        {
            "region": "us-east-1",
            "collaboration": {
                "name": name,
                "description": "Visits and a panel",
                "creator_account_id": OWNER,
                "creator_display_name": "Owner",
                "creator_member_abilities": [],
                "members": [
                    {
                        "account_id": RUNNER,
                        "display_name": "Runner",
                        "member_abilities": ["CAN_QUERY", "CAN_RECEIVE_RESULTS"],
                    },
                    {"account_id": PANEL, "display_name": "Panel", "member_abilities": []},
                ],
                "query_log_status": "ENABLED",
            },
            "memberships": [
                _membership(
                    OWNER, "visits", visits, {"differential_privacy": {"columns": [{"name": "user_id"}]}}, [budget]
                ),
                _membership(PANEL, "panel", {"user_id": "string", "region": "string"}, {}, [uses] if access else []),
            ],
        }
    )


def _membership(
    account: str, table: str, columns: dict[str, str], controls: dict[str, Any], budgets: list[Any]
) -> dict[str, Any]:
    rule = {
        "allowed_analyses": ["ANY_QUERY"],
        "allowed_analysis_providers": [RUNNER],
        "additional_analyses": "NOT_ALLOWED",
    }
    return {
        "account_id": account,
        "query_log_status": "ENABLED",
        "configured_tables": [
            {
                "name": table,
                "table_reference": {"glue": {"database_name": "data", "table_name": table}},
                "columns": columns,
                "allowed_columns": list(columns),
                "analysis_method": "DIRECT_QUERY",
                "analysis_rule": {"custom": rule | controls},
            }
        ],
        "configured_table_associations": [
            {
                "name": table,
                "configured_table": table,
                "role_arn": f"arn:aws:iam::{account}:role/clean-rooms",
                "analysis_rule": {"custom": {"allowed_result_receivers": [RUNNER]}},
            }
        ],
        "privacy_budget_templates": budgets,
    }


def planned_room(declared: CleanRoom, data: DataSource | None = None) -> PlannedRoom:
    """Put every query to the room."""
    return PlannedRoom(declared, {name: request(declared, sql) for name, sql in QUERIES.items()}, data)


def plan(runs: list[dict[str, Any]], **others: Any) -> Plan:  # noqa: ANN401 - any part of a plan
    """Declare a plan of a year from 2026 on."""
    return Plan.model_validate({"start": "2026-01-01", "length": "12 months", "runs": runs} | others)
