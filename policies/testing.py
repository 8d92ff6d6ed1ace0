"""Evaluate one policy on one declaration: the helper for tests of own policies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from declarations.base import Declaration
from declarations.bigquery.room import BigQueryRoom
from declarations.clean_room import CleanRoom
from declarations.unknown import UNKNOWN, partly_known
from policies.judging import choose, judge_one
from policies.policy import Configuration, Policy, Violation
from policies.subjects import Estate, NamedBigQueryRoom, NamedRoom, Placed

_ABSENT = "a member that no declaration has"


def ask(
    policy: Policy, model: type[Declaration], members: Mapping[str, object], configuration: Configuration | None = None
) -> tuple[Violation, ...]:
    """Return the violations that a policy finds in one declaration.

    Args:
        policy: The policy.
        model: The type of declaration that it checks, such as `ConfiguredTable`.
        members: The members that the test is about, as in a room file; missing required members count as unknown.
        configuration: The company's configuration; None for the policy's defaults.

    Raises:
        AssertionError: The policy depends on a member that is not given.
        pydantic.ValidationError: A value is not allowed.
    """
    room = NamedRoom("room", partly_known(CleanRoom, {_ABSENT: UNKNOWN}))
    views = NamedBigQueryRoom("room", partly_known(BigQueryRoom, {_ABSENT: UNKNOWN}))
    estate = Estate((room,), date(2000, 1, 1), bigquery_rooms=(views,))
    declaration = partly_known(model, {**members, _ABSENT: UNKNOWN})
    placed = Placed(declaration, "room/target", (), estate.rooms_of(policy.subject)[0], estate)
    [chosen] = choose([policy], configurations={policy.name: configuration} if configuration else None)
    result = judge_one(chosen, placed)
    if result.unknown is not None:
        raise AssertionError(result.unknown)
    return result.violations
