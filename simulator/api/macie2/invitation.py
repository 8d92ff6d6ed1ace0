"""Invitations: an account asks others to become its members in Macie.

As in moto, any account id can be invited, and the list shows both sent and received invitations.

Source: API CreateInvitations and its kin.
"""

from __future__ import annotations

from typing import Any

from simulator.api.calls import Answer, Call
from simulator.api.macie2.member import member_record
from simulator.api.macie2.owned import hex_id
from simulator.api.store import Record

INVITATION = "macie_invitation"
"""The kind under which invitations are kept: the owner sent it, the parent receives it."""


def create_invitations(call: Call) -> Answer:
    """Invite accounts; one that is already invited gets a new invitation."""
    for account in call.asked["accountIds"]:
        _forget(call, sender=call.account, receiver=account)
        made = hex_id()
        body = {"id": made, "invitationId": made, "invitedAt": call.now, "relationshipStatus": "Invited"}
        call.store.put(Record(INVITATION, made, call.account, body, parent=account))
    return {"unprocessedAccounts": []}


def list_invitations(call: Call) -> Answer:
    """List the invitations that the account received or sent, with the other account of each."""
    return {"invitations": [_shown(call, each) for each in _own(call)]}


def get_invitations_count(call: Call) -> Answer:
    """Count the invitations that the account received."""
    return {"invitationsCount": len(call.store.of(INVITATION, parent=call.account))}


def accept_invitation(call: Call) -> Answer:
    """Become a member of the account that sent the invitation; as in moto, an unknown invitation is ignored."""
    for each in call.store.of(INVITATION, parent=call.account):
        if each.id == call.asked["invitationId"]:
            administrator = call.asked.get("administratorAccountId") or call.asked.get("masterAccount", each.account)
            made = member_record(call, each.account, call.account, "Enabled")
            call.store.put(made.showing(administratorAccountId=administrator, invitedAt=each.body["invitedAt"]))
            call.store.remove(each)
    return {}


def decline_invitations(call: Call) -> Answer:
    """Decline the invitations from some accounts."""
    return _withdraw(call)


def delete_invitations(call: Call) -> Answer:
    """Delete the invitations from some accounts."""
    return _withdraw(call)


def _withdraw(call: Call) -> Answer:
    for account in call.asked["accountIds"]:
        _forget(call, sender=account, receiver=call.account)
        # As in moto, the receiver's own id is accepted, too.
        if account == call.account:
            _forget(call, sender=None, receiver=call.account)
    return {"unprocessedAccounts": []}


def _forget(call: Call, *, sender: str | None, receiver: str) -> None:
    for each in call.store.of(INVITATION, parent=receiver, account=sender):
        call.store.remove(each)


def _own(call: Call) -> list[Record]:
    return [each for each in call.store.of(INVITATION) if call.account in (each.account, each.parent)]


def _shown(call: Call, invitation: Record) -> dict[str, Any]:
    other = invitation.parent if invitation.account == call.account else invitation.account
    return {**invitation.body, "accountId": other}
