"""A member who can export how the engine ran its queries."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.clean_room import RoomCollaboration
from policies.policy import Level, Policy, Severity, Violation
from policies.subjects import COLLABORATIONS, Placed


def exported_query_logs(placed: Placed[RoomCollaboration]) -> Iterator[Violation]:
    """A member who can export how the engine ran its queries.

    Why: The exported logs are redacted, and still show time and how much work each part of a table was: what
        thresholds and noise do not cover.
    Avoid: `CAN_EXPORT_QUERY_ANALYSIS_LOG` among a member's abilities
    Prefer: the ability given to nobody, or only while a slow query is looked into
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/export-analysis-logs.html
    """
    collaboration = placed.declaration
    abilities: list[tuple[tuple[str | int, ...], str, tuple[str, ...]]] = [
        (("creator_member_abilities",), collaboration.creator_account_id, collaboration.creator_member_abilities)
    ]
    abilities += [
        (("members", index, "member_abilities"), member.account_id, member.member_abilities)
        for index, member in enumerate(collaboration.members)
    ]
    for path, account, held in abilities:
        if "CAN_EXPORT_QUERY_ANALYSIS_LOG" in held:
            message = (
                f"member {account!r} can export the engine's logs; take the ability away when no query has to be fixed"
            )
            yield Violation(path, message, account)


POLICY = Policy(exported_query_logs, COLLABORATIONS, Severity.MEDIUM, level=Level.ADVISORY)
