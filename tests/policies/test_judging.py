"""Three answers: pass, fail, unknown; what is not known is never a pass."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from declarations.clean_room import CleanRoom, RoomCollaboration
from declarations.configured_table import ConfiguredTable
from declarations.loading import LoadingError
from declarations.unknown import UNKNOWN, partly_known
from policies.judging import Outcome, choose, judge
from policies.policy import Configuration, Level, Policy, Severity, Violation
from policies.subjects import COLLABORATIONS, CONFIGURED_TABLES, Estate, NamedRoom, Placed
from tests.policies.rooms import RUNNER, TODAY, estate, room


class _Words(Configuration):
    forbidden: str = "secret"
    """A word that no name may hold."""


def _spoken_word(placed: Placed[RoomCollaboration], words: _Words) -> Iterator[Violation]:
    """A collaboration that speaks of secrets.

    Why: Walls have ears.
    Avoid: a name with the word
    Prefer: another
    Source: common sense
    """
    if words.forbidden in placed.declaration.name:
        yield Violation(("name",), "speaks")
    if words.forbidden in (placed.declaration.description or ""):
        yield Violation(("description",), "speaks")


SPOKEN = Policy(_spoken_word, COLLABORATIONS, Severity.LOW, configuration=_Words)


def _any_table(placed: Placed[ConfiguredTable]) -> Iterator[Violation]:
    """A table. Why: no. Avoid: tables. Prefer: none. Source: none."""
    yield Violation((), placed.target)


def _outcomes(judged: Estate, *policies: Policy, **levels: Level) -> list[Outcome]:
    return [result.outcome for result in judge(judged, choose(policies, levels))]


def _partly(**collaboration: object) -> Estate:
    document = room()
    document["collaboration"] |= collaboration
    return Estate((NamedRoom("reach", partly_known(CleanRoom, document)),), TODAY)


def test_pass_and_fail() -> None:
    assert _outcomes(estate(room(), room(name="a secret")), SPOKEN) == [Outcome.PASS, Outcome.FAIL]


def test_a_company_sets_the_numbers() -> None:
    [chosen] = choose([SPOKEN], configurations={"_spoken_word": _Words(forbidden="reach")})
    assert [result.outcome for result in judge(estate(room()), [chosen])] == [Outcome.FAIL]


def test_what_is_not_known_is_neither() -> None:
    [result] = judge(_partly(name=UNKNOWN), choose([SPOKEN]))
    assert result.outcome is Outcome.UNKNOWN
    assert result.unknown == "'name' of this RoomCollaboration is not known yet"


def test_a_certain_violation_counts_before_what_is_not_known() -> None:
    [result] = judge(_partly(name="a secret", description=UNKNOWN), choose([SPOKEN]))
    assert result.outcome is Outcome.FAIL
    assert [violation.path for violation in result.violations] == [("name",)]
    assert result.unknown


@pytest.mark.parametrize("level", [Level.ADVISORY, Level.MANDATORY])
def test_disabled_policies_are_not_asked(level: Level) -> None:
    assert _outcomes(estate(room()), SPOKEN, _spoken_word=Level.DISABLED) == []
    assert _outcomes(estate(room()), SPOKEN, _spoken_word=level) == [Outcome.PASS]


def test_declarations_whose_number_is_not_known_are_unknown() -> None:
    document = room()
    document["memberships"][0]["configured_tables"] = UNKNOWN
    judged = Estate((NamedRoom("reach", partly_known(CleanRoom, document)),), date.today())  # noqa: DTZ011 - any day
    [result] = judge(judged, choose([Policy(_any_table, CONFIGURED_TABLES, Severity.LOW)]))
    assert (result.outcome, result.placed.target) == (Outcome.UNKNOWN, "reach")


def test_targets_are_named_by_number_while_names_are_not_known() -> None:
    document = room()
    table = {"name": UNKNOWN, "allowed_columns": ["id"], "analysis_method": "DIRECT_QUERY"}
    document["memberships"] = [
        {"account_id": account, "query_log_status": "ENABLED", "configured_tables": [table]}
        for account in (UNKNOWN, RUNNER)
    ]
    judged = Estate((NamedRoom("reach", partly_known(CleanRoom, document)),), TODAY)
    found = [
        result.placed.target for result in judge(judged, choose([Policy(_any_table, CONFIGURED_TABLES, Severity.LOW)]))
    ]
    assert found == ["reach/0/configured_tables/0", f"reach/{RUNNER}/configured_tables/0"]


def test_a_policy_that_raises_is_told_by_name_target_and_line() -> None:
    def absent_key(placed: Placed[RoomCollaboration]) -> Iterator[Violation]:
        """A policy with a mistake. Why: no. Avoid: it. Prefer: none. Source: none."""
        yield Violation((), {"a": placed.target}["b"])

    with pytest.raises(LoadingError) as refused:
        _outcomes(estate(room()), Policy(absent_key, COLLABORATIONS, Severity.LOW))
    [problem] = refused.value.problems
    assert problem.message == "the policy 'absent_key' raises KeyError at 'reach/collaboration': 'b'"
    assert problem.file == __file__
    assert problem.place
