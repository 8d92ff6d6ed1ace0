"""Check the ARNs of partners' analysis templates: naming an ARN approves it, so it must be in its author's account."""

from __future__ import annotations

import re
from collections.abc import Mapping

from declarations.clean_room import CleanRoom


def proposed_to(account: str, room: CleanRoom) -> Mapping[str, str]:
    """Return the names of the analysis templates that an account's partners propose, each with its author's account.

    Args:
        account: The member's AWS account, 12 digits.
        room: The room.
    """
    return {each.name: member.account_id for member, each in room.templates() if member.account_id != account}


def is_authors(arn: str, author: str, room: CleanRoom) -> bool:
    """Return whether an ARN is that of an analysis template of the author, in the room's region.

    Args:
        arn: What stands for the template.
        author: The AWS account that proposes it, 12 digits.
        room: The room.
    """
    return re.fullmatch(rf"{_beginning(author, room)}[\w-]+/analysistemplate/[\w-]+", arn, re.ASCII) is not None


def authors_arn(name: str, arn: str, room: CleanRoom) -> str:
    """Return the ARN of a partner's analysis template.

    Args:
        name: The template's name.
        arn: What was given as its ARN.
        room: The room.

    Raises:
        ValueError: It is the ARN of something else, or of somebody else's template.
    """
    author, _ = room.template(name)
    if not is_authors(arn, author.account_id, room):
        expected = f"{_beginning(author.account_id, room)}ID/analysistemplate/ID"
        message = (
            f"the analysis template {name!r} is proposed by {room.members[author.account_id].display_name!r}, so its "
            f"ARN is {expected}; found {arn!r}"
        )
        raise ValueError(message)
    return arn


def _beginning(author: str, room: CleanRoom) -> str:
    return f"arn:aws:cleanrooms:{room.region}:{author}:membership/"
