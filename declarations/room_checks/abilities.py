"""Who may do what in a collaboration.

Source: userguide/glossary, API MemberAbility, userguide/create-pyspark-analysis-template.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from declarations.base import Problem

if TYPE_CHECKING:  # rooms ask these checks, so their module imports this one
    from declarations.clean_room import CleanRoom


def holders(room: CleanRoom, ability: str) -> dict[str, tuple[str | int, ...]]:
    """Return the accounts that have *ability*, each with the path of its abilities."""
    collaboration = room.collaboration
    paths: dict[str, tuple[str | int, ...]] = {}
    if ability in collaboration.creator_member_abilities:
        paths[collaboration.creator_account_id] = ("collaboration", "creator_member_abilities")
    for index, member in enumerate(collaboration.members):
        if ability in member.member_abilities:
            paths[member.account_id] = ("collaboration", "members", index, "member_abilities")
    return paths


def query_runners(room: CleanRoom) -> Iterator[Problem]:
    """Exactly one member can query."""
    runners = holders(room, "CAN_QUERY")
    if not runners:
        yield Problem(("collaboration",), "exactly one member has CAN_QUERY; found none")
    for path in list(runners.values())[1:]:
        yield Problem(path, f"exactly one member has CAN_QUERY; found {_listed(runners)}")


def job_runners(room: CleanRoom) -> Iterator[Problem]:
    """Who can run jobs is the member who can query."""
    runners = holders(room, "CAN_QUERY")
    for account, path in holders(room, "CAN_RUN_JOB").items():
        if runners and account not in runners:
            message = f"CAN_RUN_JOB belongs to the member who can query ({_listed(runners)}); found {account!r}"
            yield Problem(path, message)


def pyspark_authors(room: CleanRoom) -> Iterator[Problem]:
    """A PySpark template is created by a member who receives results."""
    receivers = holders(room, "CAN_RECEIVE_RESULTS")
    for index, membership in enumerate(room.memberships):
        for position, template in enumerate(membership.analysis_templates):
            if template.format != "SQL" and membership.account_id not in receivers:
                message = (
                    f"PySpark template {template.name!r} must be created by a member with CAN_RECEIVE_RESULTS"
                    f" ({_listed(receivers)}); found {membership.account_id!r}"
                )
                yield Problem(("memberships", index, "analysis_templates", position, "format"), message)


def _listed(accounts: dict[str, tuple[str | int, ...]]) -> str:
    return ", ".join(repr(account) for account in accounts) or "none"
