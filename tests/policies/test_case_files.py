"""Every policy on its cases: the compliant room with one thing changed, and all that the policy then says."""

from __future__ import annotations

import pytest

from declarations.bigquery.room import BigQueryRoom
from declarations.clean_room import CleanRoom
from declarations.unknown import UNKNOWN, partly_known
from policies.judging import Outcome, choose, judge
from policies.policy import Level, Policy
from policies.registry import POLICIES
from policies.subjects import Estate, NamedBigQueryRoom, NamedRoom
from tests.policies.cases import FOLDER, TODAY, PolicyCase, answers, estate, found, load_cases, outcomes, unknowns

CASES = [
    pytest.param(policy, case, id=f"{policy.name}:{title}")
    for policy in POLICIES
    for title, case in load_cases(policy.name).items()
]


@pytest.mark.parametrize(("policy", "case"), CASES)
def test_policy_says_exactly_this(policy: Policy, case: PolicyCase) -> None:
    results = answers(policy, case)
    assert tuple(found(results)) == case.violations
    assert unknowns(results) == case.unknown


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)
def test_cases_pass_and_fail(policy: Policy) -> None:
    cases = load_cases(policy.name)
    assert any(title.startswith("pass_") for title in cases)
    assert any(title.startswith("fail_") for title in cases)
    for title, case in cases.items():
        kind = title.split("_", maxsplit=1)[0]
        expected = {"pass": (False, False), "fail": (True, False), "unknown": (False, True)}[kind]
        assert (bool(case.violations), bool(case.unknown)) == expected, title


def test_no_case_file_is_left_over() -> None:
    assert {path.stem for path in FOLDER.glob("*.yml")} == {policy.name for policy in POLICIES}


def test_the_compliant_room_breaks_nothing() -> None:
    results = list(judge(estate(PolicyCase()), choose(POLICIES)))
    assert [(one.chosen.policy.name, one.placed.target) for one in results if one.outcome is not Outcome.PASS] == []
    asked = {one.chosen.policy.name for one in results}
    assert asked == {policy.name for policy in POLICIES if policy.level is not Level.DISABLED}


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)
def test_a_room_of_which_nothing_is_known_does_not_pass(policy: Policy) -> None:
    room = partly_known(CleanRoom, {"region": UNKNOWN, "collaboration": UNKNOWN, "memberships": UNKNOWN})
    views = partly_known(BigQueryRoom, {"name": UNKNOWN, "project": UNKNOWN, "views": UNKNOWN})
    nothing = Estate((NamedRoom("reach", room),), TODAY, bigquery_rooms=(NamedBigQueryRoom("sales", views),))
    assert outcomes(answers(policy, PolicyCase(), nothing)) == {Outcome.UNKNOWN}
