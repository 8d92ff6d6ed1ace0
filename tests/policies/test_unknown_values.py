"""What is not known yet never passes: where a case fails, the value that it fails on is made unknown."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from declarations.clean_room import CleanRoom
from declarations.unknown import UNKNOWN, partly_known
from policies.judging import Outcome
from policies.policy import Policy
from policies.registry import POLICIES
from policies.subjects import Estate, NamedRoom
from tests.policies.cases import PolicyCase, answers, changed, compliant, estate, load_cases

FAILING = [
    pytest.param(policy, case, id=f"{policy.name}:{title}")
    for policy in POLICIES
    for title, case in load_cases(policy.name).items()
    if title.startswith("fail_")
]


@pytest.mark.parametrize(("policy", "case"), FAILING)
def test_unknown_is_no_pass(policy: Policy, case: PolicyCase) -> None:
    judged = estate(case)
    document = changed(compliant("room.yaml"), case)
    for result in answers(policy, case, judged):
        for violation in result.violations if result.placed.named_room is judged.rooms[0] else ():
            path = (*result.placed.path, *violation.path)
            room = partly_known(CleanRoom, _with_unknown(document, path))
            facts = judged.rooms[0].query_facts
            rooms = (NamedRoom(judged.rooms[0].name, room, facts), *judged.rooms[1:])
            again = answers(policy, case, Estate(rooms, judged.today, judged.evidence))
            there = [one for one in again if result.placed.path[: len(one.placed.path)] == one.placed.path]
            assert any(one.outcome is not Outcome.PASS for one in there), path


def _with_unknown(document: dict[str, Any], path: tuple[str | int, ...]) -> dict[str, Any]:
    """Return a copy in which the value at *path*, or the first thing on the way to it that is absent, is unknown."""
    document = copy.deepcopy(document)
    holder: Any = document
    for step in path[:-1]:
        if isinstance(holder, dict) and step not in holder:
            holder[step] = UNKNOWN
            return document
        holder = holder[step]
    holder[path[-1]] = UNKNOWN
    return document
