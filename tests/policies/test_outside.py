"""False alarms: the baseline on rules and rooms that others published; each finding was looked at.

Published rules do not say which columns hold personal data; columns are classified by their names here, as an owner
would. What fires often says so below, with the reason; anything else may fire on a few rooms only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from declarations.analysis_rules import rule_of
from declarations.clean_room import CleanRoom
from policies.judging import Outcome, choose, judge
from policies.personal_data import Identification, identification, is_identifying_name
from policies.registry import POLICIES
from policies.subjects import Estate, NamedRoom
from tests.outside import entries
from tests.policies.cases import TODAY

OWNER, RUNNER = "111111111111", "222222222222"
ALSO_IDENTIFYING = ("loyalty_number", "loyalty number", "identifier", "user", "policyid", "device", "hashedemail")
"""Names by which the published rules call what stands for a person."""
FREQUENT = {
    "unlimited_result_receivers": "the sources publish rules without the association's own",
    "unrestricted_result_regions": "the sources publish rules without the collaboration",
}
MOST = 0.2
"""On what share of the rooms any other policy may fire."""


def rooms() -> Iterator[CleanRoom]:
    """Yield a room for every published rule of a configured table that is valid."""
    scenarios = {table.get("rule"): table for one in entries("scenarios.yaml") for table in one.get("tables", ())}
    for entry in entries("rules.yaml"):
        if entry["level"] == "configured_table" and entry["expect_api"] == "valid":
            with suppress(ValidationError):  # what the service refuses for a reason that its shapes do not show
                yield CleanRoom.model_validate(_document(entry, scenarios.get(entry["id"], {})))


def _document(entry: dict[str, Any], scenario: dict[str, Any]) -> dict[str, Any]:
    rule = rule_of(entry["policy"])
    named = {name: "string" for _, name in rule.named_columns()}
    columns = {**named, **{name: str(kind) for name, kind in scenario.get("columns", {}).items() if name in named}}
    table = {
        "name": "shared",
        "table_reference": {"glue": {"database_name": "db", "table_name": "shared"}},
        "columns": {name: {"type": kind, "pii": _pii(name)} for name, kind in (columns or {"x": "string"}).items()},
        "allowed_columns": list(columns or ("x",)),
        "analysis_method": "DIRECT_QUERY",
        "analysis_rule": entry["policy"].get("v1", entry["policy"]),
    }
    providers = getattr(rule, "allowed_analysis_providers", None) or ()
    strangers = [account for account in dict.fromkeys(providers) if account not in {OWNER, RUNNER}]
    association = {"name": "shared", "role_arn": f"arn:aws:iam::{OWNER}:role/clean-rooms"}
    return {
        "region": "us-east-1",
        "collaboration": {
            "name": entry["id"],
            "description": "Published somewhere",
            "creator_account_id": RUNNER,
            "creator_display_name": "Runner",
            "creator_member_abilities": ["CAN_QUERY", "CAN_RECEIVE_RESULTS"],
            "members": [
                {"account_id": account, "display_name": f"Member {account}", "member_abilities": []}
                for account in (OWNER, *strangers)
            ],
            "query_log_status": "ENABLED",
        },
        "memberships": [
            {
                "account_id": OWNER,
                "query_log_status": "ENABLED",
                "configured_tables": [table],
                "configured_table_associations": [association],
            }
        ],
    }


def _pii(name: str) -> str | None:
    if name in ALSO_IDENTIFYING or is_identifying_name(name):
        return "hashed_identifier"
    return name if identification(name) is Identification.QUASI else None


def test_no_policy_cries_wolf(outside: Path) -> None:
    named = tuple(NamedRoom(room.collaboration.name, room) for room in rooms())
    fired: Counter[str] = Counter()
    for room in named:
        results = list(judge(Estate((room,), TODAY), choose(POLICIES)))
        assert [one for one in results if one.outcome is Outcome.UNKNOWN] == []
        fired.update({one.chosen.policy.name for one in results if one.outcome is Outcome.FAIL})
    assert len(named) > 40
    assert {name for name, count in fired.items() if count > MOST * len(named)} == set(FREQUENT)
