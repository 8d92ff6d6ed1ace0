"""More members receive results than the purpose needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from declarations.clean_room import RoomCollaboration
from declarations.naming import listed
from policies.policy import Configuration, Policy, Severity, Violation
from policies.subjects import COLLABORATIONS, Placed


class Receivers(Configuration):
    """What a company sets."""

    maximum: Annotated[int, Field(ge=1)] = 2
    """Most members that may receive results."""


def too_many_result_receivers(placed: Placed[RoomCollaboration], configuration: Receivers) -> Iterator[Violation]:
    """More members receive results than the purpose needs.

    Why: Every receiver is one more place where results can be kept, combined and lost.
    Avoid: `CAN_RECEIVE_RESULTS` for everybody
    Prefer: one receiver
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/create-collaboration.html
    """
    collaboration = placed.declaration
    receivers = [member.account_id for member in collaboration.members if _receives(member.member_abilities)]
    if _receives(collaboration.creator_member_abilities):
        receivers.insert(0, collaboration.creator_account_id)
    if len(receivers) > configuration.maximum:
        message = f"{len(receivers)} members receive results ({listed(receivers)}); at most {configuration.maximum} may"
        yield Violation(("members",), message)


def _receives(abilities: tuple[str, ...]) -> bool:
    return "CAN_RECEIVE_RESULTS" in abilities


POLICY = Policy(too_many_result_receivers, COLLABORATIONS, Severity.MEDIUM, configuration=Receivers)
