"""The changes in a change request: their types and their effects.

Source: API Change, ChangeType, MemberChangeSpecification; userguide/change-requests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from declarations.change_request import NOT_GRANTED
from simulator.api.calls import Call
from simulator.api.cleanrooms.collaboration import invited
from simulator.api.cleanrooms.lookup import member
from simulator.api.errors import invalid
from simulator.api.store import Record

_ABILITIES = {
    "CAN_RECEIVE_RESULTS": "RECEIVE_RESULTS_ABILITY",
    "CAN_EXPORT_QUERY_ANALYSIS_LOG": "EXPORT_QUERY_ANALYSIS_LOG_ABILITY",
    "CAN_RECEIVE_MODEL_OUTPUT": "CAN_RECEIVE_MODEL_OUTPUT",
    "CAN_RECEIVE_INFERENCE_OUTPUT": "CAN_RECEIVE_INFERENCE_OUTPUT",
}
"""Ability to the suffix of the ChangeType that grants or revokes it."""


def types_of(call: Call, collaboration: Record, change: Mapping[str, Any]) -> list[str]:
    """Return the ChangeTypes of a change.

    Raises:
        ApiError: ValidationException: it changes nothing, or adds a member without a name.
    """
    if "collaboration" in change["specification"]:
        return ["EDIT_AUTO_APPROVED_CHANGE_TYPES"]
    stated = change["specification"]["member"]
    before = _present(call, collaboration, stated["accountId"])
    if before is None:
        if "displayName" not in stated:
            raise invalid(f"displayName is required to add account {stated['accountId']}")
        return ["ADD_MEMBER"]
    types = list(_ability_types(before.body, stated))
    if "paymentConfiguration" in stated:
        was = before.body["paymentConfiguration"]["queryCompute"]["isResponsible"]
        now = stated["paymentConfiguration"]["queryCompute"]["isResponsible"]
        if was != now:
            types.append("ADD_PAYER_CANDIDATE" if now else "REMOVE_PAYER_CANDIDATE")
    if not types:
        raise invalid(f"the change of account {stated['accountId']} changes nothing")
    return types


def apply_change(call: Call, collaboration: Record, change: Mapping[str, Any]) -> None:
    """Apply a change."""
    if "collaboration" in change["specification"]:
        types = change["specification"]["collaboration"].get("autoApprovedChangeTypes", [])
        call.store.put(collaboration.showing(autoApprovedChangeTypes=types, updateTime=call.now))
        return
    stated = change["specification"]["member"]
    before = _present(call, collaboration, stated["accountId"])
    if before is None:
        call.store.put(invited(call, collaboration.id, stated))
        return
    lasting = [ability for ability in before.body["abilities"] if ability in NOT_GRANTED]
    shown = {
        "abilities": [*lasting, *stated["memberAbilities"]],
        "mlAbilities": stated.get("mlMemberAbilities", before.body.get("mlAbilities")),
        "paymentConfiguration": stated.get("paymentConfiguration", before.body["paymentConfiguration"]),
    }
    call.store.put(before.showing(**shown, updateTime=call.now))
    names = {"memberAbilities": shown["abilities"], "mlMemberAbilities": shown["mlAbilities"]}
    for membership in call.store.of("membership", parent=collaboration.id, account=before.account):
        call.store.put(membership.showing(**names, updateTime=call.now))


def _present(call: Call, collaboration: Record, account: str) -> Record | None:
    found = member(call, collaboration.id, account)
    return found if found is not None and found.body["status"] in {"INVITED", "ACTIVE"} else None


def _ability_types(before: Mapping[str, Any], stated: Mapping[str, Any]) -> Iterator[str]:
    held = {*before["abilities"], *_custom(before.get("mlAbilities"))}
    wanted = {*stated["memberAbilities"], *_custom(stated.get("mlMemberAbilities", before.get("mlAbilities")))}
    for ability, word in _ABILITIES.items():
        if (ability in held) != (ability in wanted):
            yield f"{'GRANT' if ability in wanted else 'REVOKE'}_{word}"


def _custom(abilities: Mapping[str, Any] | None) -> list[str]:
    return abilities["customMLMemberAbilities"] if abilities else []
