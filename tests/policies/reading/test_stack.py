"""A room that is deployed and read back is the same room: policies say the same about both."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from declarations.clean_room import CleanRoom
from policies.judging import Outcome, Result, choose, judge
from policies.policy import Level, Policy
from policies.reading.stack import StackReading, read_stack
from policies.registry import POLICIES
from policies.subjects import Estate
from tests.policies.cases import TODAY, Changes, PolicyCase, answers, changed, compliant, estate, load_cases
from tests.policies.stacks import Declared, in_aws, in_native, resources, stack, wire

UNCERTAIN = {
    # The SQL of templates, which nobody analyses in a stack.
    "cast_under_differential_privacy",
    "division_under_differential_privacy",
    "literal_on_identifier",
    "overflow_under_differential_privacy",
    "personal_column_selected",
    # Roles, which this stack does not hold.
    "wildcard_role_action",
    "wildcard_role_resource",
    "writing_role",
    # Several rooms.
    "one_table_in_several_rooms",
    "summed_epsilon_above_limit",
    # In a stack, a table that nobody describes may be described elsewhere.
    "undeclared_columns",
    "undeclared_audience_model",
}
"""Policies that cannot be certain about this stack."""
SOURCES = ("orders", "subscribers", "visits", "clicks", "loyalty")
JUDGED = [one for one in POLICIES if one.name != "table_without_source" and not one.subject.of_bigquery]
"""Every policy but the one that asks for a word that only room files have: a stack says where a Glue table is."""
BUDGET = "ACCESS_BUDGET:table:clicks"
SPELLINGS: dict[str, Callable[[Sequence[Declared]], Sequence[Declared]]] = {
    "ours": lambda declared: declared,
    "aws": lambda declared: [in_aws(one) for one in declared],
    "aws_native": in_native,
}


def read(room: CleanRoom, spelling: str = "ours", *, preview: bool = False) -> StackReading:
    sent = wire(SPELLINGS[spelling](stack(room)), preview=preview)
    return read_stack(resources(sent), TODAY)


def said(judged: Estate, policies: Sequence[Policy] = POLICIES) -> list[Result]:
    levels = dict.fromkeys((policy.name for policy in POLICIES), Level.MANDATORY)
    return list(judge(judged, choose(policies, levels)))


def found(results: Sequence[Result]) -> set[tuple[str, str, str]]:
    return {
        (one.chosen.policy.name, one.placed.target, violation.message)
        for one in results
        for violation in one.violations
    }


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_compliant_stack_breaks_no_policy(spelling: str) -> None:
    for preview in (False, True):
        reading = read(CleanRoom.model_validate(compliant("room.yaml")), spelling, preview=preview)
        assert found(said(reading.estate)) == set()
        assert (reading.set_aside, reading.absent) == ((), ())
        assert reading.elsewhere == frozenset()


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_bad_collaboration_is_found_in_every_spelling(spelling: str) -> None:
    """Settings that all three providers know."""
    document = compliant("room.yaml")
    bad = Changes(
        set={
            "collaboration.query_log_status": "DISABLED",
            "collaboration.data_encryption_metadata.allow_cleartext": True,
            "collaboration.members.222222222222.member_abilities": ["CAN_QUERY", "CAN_RECEIVE_RESULTS"],
            "collaboration.members.333333333333.member_abilities": ["CAN_RECEIVE_RESULTS"],
            "collaboration.members.+": {
                "account_id": "444444444444",
                "display_name": "Other",
                "member_abilities": ["CAN_RECEIVE_RESULTS"],
            },
        }
    )
    reading = read(CleanRoom.model_validate(changed(document, bad)), spelling)
    names = {name for name, target, _ in found(said(reading.estate)) if target == "reach/collaboration"}
    assert names == {"unlogged_queries", "cleartext_beside_ciphertext", "too_many_result_receivers"}


@pytest.mark.parametrize("spelling", ["ours", "aws_native"])
def test_a_bad_rule_is_found_beside_its_table_and_in_it(spelling: str) -> None:
    constraint = "memberships.111111111111.configured_tables.orders.analysis_rule.aggregation.output_constraints.0"
    room = CleanRoom.model_validate(changed(compliant("room.yaml"), Changes(set={f"{constraint}.minimum": 2})))
    for preview in (False, True):
        reading = read(room, spelling, preview=preview)
        [(name, target, _)] = found(said(reading.estate))
        assert (name, target) == ("low_minimum", "reach/111111111111/configured_tables/orders")


def test_a_table_whose_provider_knows_no_rules_is_not_known() -> None:
    [low] = [policy for policy in POLICIES if policy.name == "low_minimum"]
    unruled = read_stack(
        [
            one
            for one in resources(wire([in_aws(one) for one in stack(_compliant())]))
            if "AnalysisRule" not in one.type
        ],
        TODAY,
    )
    answers = [one.outcome for one in said(unruled.estate, [low])]
    assert set(answers) == {Outcome.UNKNOWN}


def test_a_table_that_the_catalogue_of_the_stack_lacks_is_noted() -> None:
    held = [one for one in resources(wire(stack(_compliant()))) if not one.type.startswith("aws:glue/catalogTable")]
    assert "sales.orders" in {one.name for one in read_stack(held, TODAY).absent}


@pytest.mark.parametrize("policy", JUDGED, ids=lambda policy: policy.name)
def test_a_bad_stack_never_passes_in_silence(policy: Policy) -> None:
    """What a policy finds in a room it finds in the room's stack, or it says that it cannot know; and nothing else."""
    certain = False
    for title, case in _cases(policy).items():
        judged, room = estate(case), _room(case)
        declared = stack(room)
        for preview in (False, True):
            reading = read_stack(resources(wire(declared, preview=preview)), TODAY, judged.evidence)
            results = answers(policy, case, reading.estate)
            expected, got = found(answers(policy, case, judged)), found(results)
            if preview:  # the budgeted table is not known yet, so the budget goes by its number
                expected = {(name, target.replace(BUDGET, "1"), message) for name, target, message in expected}
            unknown = {one.placed.target for one in results if one.unknown is not None}
            assert got <= expected, title
            assert {target for _, target, _ in expected - got} <= unknown, title
            certain = certain or bool(got)
    assert certain or policy.name in UNCERTAIN


def _cases(policy: Policy) -> dict[str, PolicyCase]:
    """Return the cases with violations of one room of which everything is known.

    In a stack, what is said about one bucket holds for all tables in it: where that is judged, each table has its own.
    """
    apart = {f"memberships.111111111111.data_sources.{name}.bucket": f"sales-{name}" for name in SOURCES}
    more = apart if policy.judge.__module__.startswith("policies.data_source.") else {}
    return {
        title: case.model_copy(update={"set": {**more, **case.set}})
        for title, case in load_cases(policy.name).items()
        if case.violations and not case.others and "UNKNOWN" not in str(case.set.values())
    }


def _compliant() -> CleanRoom:
    return CleanRoom.model_validate(compliant("room.yaml"))


def _room(case: PolicyCase) -> CleanRoom:
    return CleanRoom.model_validate(changed(compliant("room.yaml"), case))
