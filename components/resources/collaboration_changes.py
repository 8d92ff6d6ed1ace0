"""The properties of a collaboration that only change requests change, and the requests for a difference.

Source: API ChangeInput, MemberChangeSpecification, CollaborationChangeSpecification; userguide/change-requests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from components.resources.payments import responsibilities
from components.resources.resource_type import Properties
from declarations.change_request import NOT_GRANTED

CHANGED_BY_REQUEST = frozenset(
    {
        "autoApprovedChangeRequestTypes",
        "creatorMLMemberAbilities",
        "creatorMemberAbilities",
        "creatorPaymentConfiguration",
        "members",
    }
)
"""The properties that the members must agree to."""

_NO_ML_ABILITIES: Mapping[str, Any] = {"customMLMemberAbilities": []}

Member = Mapping[str, Any]
"""A MemberSpecification."""


def changes(before: Properties, after: Properties) -> tuple[Properties, ...]:
    """Return the changes that a change request asks for.

    Args:
        before: The collaboration's current properties, with `creatorAccountId`.
        after: The desired properties.

    Returns:
        ChangeInputs: those of members first, in the order of *after*; empty if nothing differs. Members that leave are
        not included (see `leaving`), nor are changed display names, which no operation can change.

    Raises:
        ValueError: Who queries or runs jobs would change, which only a new collaboration can do.
    """
    return (*_member_changes(before, after), *_collaboration_changes(before, after))


def leaving(before: Properties, after: Properties) -> tuple[str, ...]:
    """Return the accounts of the members that *after* no longer names, in the order of *before*."""
    staying = {member["accountId"] for member in after.get("members") or ()}
    accounts = (str(member["accountId"]) for member in before.get("members") or ())
    return tuple(account for account in accounts if account not in staying)


def without_member(properties: Properties, account: str) -> Properties:
    """Return the properties of a collaboration without the member of that account."""
    staying = [member for member in properties.get("members") or () if member["accountId"] != account]
    return {**properties, "members": staying}


def _member_changes(before: Properties, after: Properties) -> Iterator[Properties]:
    held = {member["accountId"]: member for member in before.get("members") or ()}
    creator = before["creatorAccountId"]
    pairs: list[tuple[Member | None, Member]] = [(_creator(creator, before), _creator(creator, after))]
    pairs += [(held.get(member["accountId"]), member) for member in after.get("members") or ()]
    for was, shall_be in pairs:
        specification = _added(shall_be) if was is None else _changed(was, shall_be)
        if specification is not None:
            yield {"specificationType": "MEMBER", "specification": {"member": specification}}


def _collaboration_changes(before: Properties, after: Properties) -> Iterator[Properties]:
    name = "autoApprovedChangeRequestTypes"
    wanted = list(after.get(name) or ())
    if set(wanted) != set(before.get(name) or ()):
        specification = {"collaboration": {"autoApprovedChangeTypes": wanted}}
        yield {"specificationType": "COLLABORATION", "specification": specification}


def _creator(account: str, properties: Properties) -> Member:
    names = {
        "memberAbilities": "creatorMemberAbilities",
        "mlMemberAbilities": "creatorMLMemberAbilities",
        "paymentConfiguration": "creatorPaymentConfiguration",
    }
    stated = {member: properties[name] for member, name in names.items() if properties.get(name) is not None}
    return {"accountId": account, **stated}


def _added(member: Member) -> Member:
    _refuse_lasting(member["accountId"], (), member["memberAbilities"])
    return {name: value for name, value in member.items() if value is not None}


def _changed(was: Member, shall_be: Member) -> Member | None:
    account = shall_be["accountId"]
    abilities = list(shall_be.get("memberAbilities") or ())
    _refuse_lasting(account, was.get("memberAbilities") or (), abilities)
    ml_before, ml_after = was.get("mlMemberAbilities"), shall_be.get("mlMemberAbilities")
    payment = shall_be.get("paymentConfiguration")
    specification: dict[str, Any] = {}
    if _custom(ml_before) != _custom(ml_after):
        specification["mlMemberAbilities"] = ml_after or _NO_ML_ABILITIES
    if payment is not None and responsibilities(payment) != responsibilities(was.get("paymentConfiguration") or {}):
        specification["paymentConfiguration"] = payment
    if not specification and set(abilities) == set(was.get("memberAbilities") or ()):
        return None
    # The request replaces the member's abilities; those that never change are kept and cannot be named.
    granted = [ability for ability in abilities if ability not in NOT_GRANTED]
    return {"accountId": account, "memberAbilities": granted, **specification}


def _custom(abilities: Mapping[str, Any] | None) -> set[str]:
    return set((abilities or _NO_ML_ABILITIES)["customMLMemberAbilities"])


def _refuse_lasting(account: str, before: tuple[str, ...] | list[str], after: tuple[str, ...] | list[str]) -> None:
    for ability in NOT_GRANTED:
        if (ability in before) != (ability in after):
            verb = "be granted to" if ability in after else "be taken from"
            message = f"{ability} cannot {verb} account {account} in a collaboration that exists"
            raise ValueError(message)
