"""A small room for tests of policies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from declarations.clean_room import CleanRoom
from policies.judging import Result, judge_one
from policies.judging import choose as chosen
from policies.policy import Configuration, Policy, Violation
from policies.subjects import Estate, NamedRoom

TODAY = date(2027, 1, 15)
OWNER, RUNNER = "111111111111", "222222222222"


def room(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - parts of a document
    """Return the document of a room that breaks no policy; *changes* replace parts of the collaboration."""
    return {
        "region": "us-east-1",
        "collaboration": {
            "name": "reach",
            "creator_account_id": OWNER,
            "creator_display_name": "Retailer",
            "creator_member_abilities": [],
            "members": [
                {
                    "account_id": RUNNER,
                    "display_name": "Brand",
                    "member_abilities": ["CAN_QUERY", "CAN_RECEIVE_RESULTS"],
                }
            ],
            "query_log_status": "ENABLED",
            **changes,
        },
        "memberships": [{"account_id": OWNER, "query_log_status": "ENABLED"}],
    }


def estate(*documents: dict[str, Any], today: date = TODAY) -> Estate:
    """Return rooms to judge, named as their collaborations are."""
    rooms = [CleanRoom.model_validate(document) for document in documents]
    return Estate(tuple(NamedRoom(one.collaboration.name, one) for one in rooms), today)


def results(policy: Policy, judged: Estate, configuration: Configuration | None = None) -> list[Result]:
    """Return what *policy* says about everything that it is about."""
    settings = {policy.name: configuration} if configuration else None
    [one] = chosen([policy], configurations=settings)
    return [judge_one(one, placed) for named in judged.rooms for placed in policy.subject.find(named, judged)]


def violations(policy: Policy, judged: Estate, configuration: Configuration | None = None) -> Sequence[Violation]:
    """Return every violation of *policy*."""
    return [violation for result in results(policy, judged, configuration) for violation in result.violations]
