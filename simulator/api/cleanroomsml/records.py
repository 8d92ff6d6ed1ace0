"""Creates records of Clean Rooms ML with an ARN (which is their id), times and tags, and checks common rules.

Source: the ARN patterns of the botocore `cleanroomsml` service model.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from simulator.api.calls import Call, new_id
from simulator.api.errors import conflict, denied, invalid_field
from simulator.api.store import Record

MOST_TAGS = 50
"""Source: API TagResource."""


def account_arn(call: Call, kind: str, record_id: str, account: str | None = None) -> str:
    """Return the ARN of a resource that belongs to an account: the caller's, or *account*'s."""
    word = kind.replace("_", "-")
    return f"arn:aws:cleanrooms-ml:{call.store.region}:{account or call.account}:{word}/{record_id}"


def account_record(call: Call, kind: str, body: Mapping[str, Any]) -> Record:
    """Return a new resource of the caller's account."""
    arn = account_arn(call, kind, new_id())
    return _record(call, kind, arn, {"createTime": call.now, "updateTime": call.now, **body})


def membership_record(call: Call, kind: str, membership: Record, body: Mapping[str, Any]) -> Record:
    """Return a new resource of a membership of the caller."""
    word = kind.replace("_", "-")
    arn = account_arn(call, f"membership/{membership.id}/{word}", new_id())
    stamped = {
        "membershipIdentifier": membership.id,
        "collaborationIdentifier": membership.parent,
        "creatorAccountId": call.account,
        "createTime": call.now,
        "updateTime": call.now,
        **body,
    }
    return _record(call, kind, arn, stamped, membership.id)


def arn_member(kind: str) -> str:
    """Return the name of the member that holds the ARN of a kind, such as `trainingDatasetArn`."""
    first, *others = kind.split("_")
    return first + "".join(other.capitalize() for other in others) + "Arn"


def check_role(call: Call, arn: str) -> None:
    """Refuse a role of another account: passing a role across accounts is not allowed.

    Raises:
        ApiError: AccessDeniedException.
    """
    owner = arn.split(":")[4]
    if owner != call.account:
        raise denied(f"role {arn} belongs to account {owner}; pass a role of account {call.account}")


def check_name(call: Call, kind: str, parent: str | None = None) -> None:
    """Refuse a name that another of the caller's resources of the same kind already has.

    Args:
        call: The call; it states `name`.
        kind: The kind.
        parent: The membership within which names are unique; None for the account.

    Raises:
        ApiError: ConflictException.
    """
    name = call.asked["name"]
    if any(each.body["name"] == name for each in call.store.of(kind, parent=parent, account=call.account)):
        raise conflict(f"a {kind.replace('_', ' ')} named {name!r} already exists", "ALREADY_EXISTS")


def check_tags(tags: Mapping[str, str]) -> None:
    """Refuse more tags than a resource can have, and keys that are reserved.

    Raises:
        ApiError: ValidationException.
    """
    if len(tags) > MOST_TAGS:
        raise invalid_field("tags", f"Member must leave the resource with at most {MOST_TAGS} tags; found {len(tags)}")
    if reserved := [key for key in tags if key.lower().startswith("aws:")]:
        raise invalid_field("tags", f"Member must not have keys that begin with aws:; found {reserved[0]!r}")


def moment(call: Call, name: str) -> datetime | None:
    """Return a stated time, which clients send as text or as seconds since 1970; None when it is not stated.

    Raises:
        ApiError: ValidationException: it is not a time.
    """
    stated = call.asked.get(name)
    if stated is None:
        return None
    try:
        if isinstance(stated, str):
            found = datetime.fromisoformat(stated)
            return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
        return datetime.fromtimestamp(stated, UTC)
    except (ValueError, OverflowError, OSError):
        raise invalid_field(name, f"Member must be a time in ISO 8601; found {stated!r}") from None


def _record(call: Call, kind: str, arn: str, body: Mapping[str, Any], parent: str = "") -> Record:
    tags = call.asked.get("tags", {})
    check_tags(tags)
    return Record(kind, arn, call.account, {"arn": arn, arn_member(kind): arn, **body}, parent, tags)
