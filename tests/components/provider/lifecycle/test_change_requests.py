"""Members and abilities of a collaboration change by a change request, which an update makes and commits."""

from __future__ import annotations

from typing import Any

import pytest

from tests.pulumi_engine.faults import failing
from tests.pulumi_engine.room_program import BRAND, RETAILER, room
from tests.pulumi_engine.stack import Outcome, Stack
from tests.simulator.api.accounts import STRANGER, Accounts

BRANDS = {"accountId": BRAND, "displayName": "Brand", "memberAbilities": ["CAN_RECEIVE_RESULTS"]}
AGENCY = {"accountId": STRANGER, "displayName": "Agency", "memberAbilities": ["CAN_RECEIVE_RESULTS"]}
WITH_AGENCY = {"members": [BRANDS, AGENCY]}


class Asked:
    """A room whose invited member has joined, so that it has a say."""

    def __init__(self, stack: Stack, accounts: Accounts) -> None:
        self.stack, self.accounts = stack, accounts
        assert self.up().failures == ()
        self.id = stack.resource("room").id
        accounts.client(BRAND).create_membership(collaborationIdentifier=self.id, queryLogStatus="DISABLED")

    def up(self, settings: dict[str, Any] | None = None, **changed: Any) -> Outcome:
        return self.stack.up(lambda: room(self.accounts.url, settings=settings, **changed))

    def preview(self, **changed: Any) -> Outcome:
        return self.stack.preview(lambda: room(self.accounts.url, **changed))

    def answer(self, action: str) -> None:
        outputs = self.stack.resource("room").outputs
        self.accounts.client(BRAND).update_collaboration_change_request(
            collaborationIdentifier=self.id,
            changeRequestIdentifier=outputs["changeRequestIdentifier"],
            action=action,
        )

    def status(self) -> str:
        return str(self.stack.resource("room").outputs["changeRequestStatus"])

    def accounts_in(self) -> set[str]:
        found = self.accounts.client(RETAILER).list_members(collaborationIdentifier=self.id)["memberSummaries"]
        return {each["accountId"] for each in found if each["status"] in {"INVITED", "ACTIVE"}}

    def requests(self) -> list[str]:
        client = self.accounts.client(RETAILER)
        found = client.list_collaboration_change_requests(collaborationIdentifier=self.id)
        return [each["status"] for each in found["collaborationChangeRequestSummaries"]]


@pytest.fixture
def asked(stack: Stack, accounts: Accounts) -> Asked:
    return Asked(stack, accounts)


def test_a_new_member_is_asked_for_and_committed_once_all_have_approved(asked: Asked) -> None:
    preview = asked.preview(room=WITH_AGENCY)
    assert (preview.done(), preview.paths("room"), asked.requests()) == ({"room": "update"}, ("members[1]",), [])
    outcome = asked.up(room=WITH_AGENCY)
    assert outcome.done() == {"room": "update"}
    assert asked.status() == "PENDING"
    (message,) = outcome.messages
    assert message.startswith("change request ")
    assert "waits for the approval of the members (changes: 1)" in message
    assert asked.accounts_in() == {RETAILER, BRAND}

    assert asked.up(room=WITH_AGENCY).done() == {}
    assert asked.stack.refresh().drift == {}
    assert asked.requests() == ["PENDING"]

    asked.answer("APPROVE")
    assert asked.preview(room=WITH_AGENCY).paths("room") == ("changeRequestStatus",)
    assert asked.up(room=WITH_AGENCY).done() == {"room": "update"}
    assert asked.status() == "COMMITTED"
    assert asked.accounts_in() == {RETAILER, BRAND, STRANGER}
    assert asked.up(room=WITH_AGENCY).done() == {}
    assert asked.stack.refresh().drift == {}


def test_after_a_refusal_the_difference_shows_again(asked: Asked) -> None:
    asked.up(room=WITH_AGENCY)
    asked.answer("DENY")
    assert asked.preview(room=WITH_AGENCY).paths("room") == ("members[1]",)
    assert asked.up().done() == {}
    assert asked.status() == "DENIED"


def test_another_wish_takes_the_place_of_the_first(asked: Asked) -> None:
    asked.up(room=WITH_AGENCY)
    more = {"members": [{**BRANDS, "memberAbilities": []}, AGENCY]}
    assert asked.up(room=more).paths("room") == ("members[0].memberAbilities[0]",)
    assert sorted(asked.requests()) == ["CANCELLED", "PENDING"]
    asked.answer("APPROVE")
    asked.up(room=more)
    (brand,) = (each for each in asked.stack.resource("room").outputs["members"] if each["accountId"] == BRAND)
    assert (asked.status(), brand["memberAbilities"]) == ("COMMITTED", [])


@pytest.mark.parametrize("answer", [None, "APPROVE"])
def test_who_was_only_asked_for_may_be_named_no_longer(asked: Asked, answer: str | None) -> None:
    asked.up(room=WITH_AGENCY)
    if answer:
        asked.answer(answer)
    assert asked.preview().failures == ()
    outcome = asked.up()
    assert (outcome.failures, outcome.done()) == ((), {"room": "update"})
    assert (asked.requests(), asked.status()) == (["CANCELLED"], "CANCELLED")
    assert asked.accounts_in() == {RETAILER, BRAND}
    assert asked.up().done() == {}


def test_what_is_approved_beforehand_is_committed_at_once(asked: Asked) -> None:
    automatic = {"autoApprovedChangeRequestTypes": ["ADD_MEMBER"]}
    asked.up(room=automatic)
    asked.answer("APPROVE")
    asked.up(room=automatic)
    assert asked.up(room={**automatic, **WITH_AGENCY}).done() == {"room": "update"}
    assert asked.status() == "COMMITTED"
    assert STRANGER in asked.accounts_in()


def test_a_member_leaves_only_when_the_collaboration_is_named(asked: Asked) -> None:
    for run in (asked.preview, asked.up):
        (failure,) = run(room={"members": []}).failures
        expected = f"Collaboration 'room': members no longer has account {BRAND}, whose data would be lost for the "
        assert failure.startswith(expected)
    assert asked.accounts_in() == {RETAILER, BRAND}
    outcome = asked.up({"allowDestroying": ["room"]}, room={"members": []})
    assert outcome.failures == ()
    assert asked.accounts_in() == {RETAILER}


def test_who_queries_never_changes_in_place(asked: Asked) -> None:
    outcome = asked.up(room={"members": [{**BRANDS, "memberAbilities": ["CAN_QUERY"]}]})
    (failure,) = outcome.failures
    assert "room: members[0].memberAbilities[0] can change only by replacing Collaboration 'room'" in failure
    assert f"CAN_QUERY cannot be granted to account {BRAND} in a collaboration that exists" in failure
    assert asked.requests() == []


def test_nobody_is_removed_whom_the_program_has_not_seen(asked: Asked) -> None:
    client = asked.accounts.client(RETAILER)
    addition = {"specificationType": "MEMBER", "specification": {"member": AGENCY}}
    request = client.create_collaboration_change_request(collaborationIdentifier=asked.id, changes=[addition])
    address = {
        "collaborationIdentifier": asked.id,
        "changeRequestIdentifier": request["collaborationChangeRequest"]["id"],
    }
    asked.accounts.client(BRAND).update_collaboration_change_request(**address, action="APPROVE")
    client.update_collaboration_change_request(**address, action="COMMIT")
    other = {"autoApprovedChangeRequestTypes": ["ADD_MEMBER"]}

    (failure,) = asked.up({"allowDestroying": ["room"]}, room=other).failures
    assert failure == (
        "Collaboration 'room': 'members' was changed outside the program since the last run; run `pulumi refresh` "
        "first, which shows what differs"
    )
    assert asked.accounts_in() == {RETAILER, BRAND, STRANGER}
    assert asked.stack.refresh().drift == {"room": ("members[1]",)}
    (failure,) = asked.up(room=other).failures
    assert failure.startswith(f"Collaboration 'room': members no longer has account {STRANGER}")
    assert asked.accounts_in() == {RETAILER, BRAND, STRANGER}
    assert asked.up(room={**other, **WITH_AGENCY}).failures == ()
    assert asked.accounts_in() == {RETAILER, BRAND, STRANGER}


def test_who_leaves_while_a_request_is_open_is_drift(asked: Asked) -> None:
    asked.up(room=WITH_AGENCY)
    asked.accounts.client(BRAND).delete_membership(
        membershipIdentifier=asked.accounts.client(BRAND).list_memberships()["membershipSummaries"][0]["id"]
    )
    assert asked.stack.refresh().drift == {"room": ("members[0]", "members[1]")}


def test_who_was_removed_is_known_when_the_request_fails(stack: Stack, accounts: Accounts) -> None:
    with failing(accounts.url) as faults:

        def up(**changed: Any) -> Outcome:
            return stack.up(lambda: room(faults.url, settings={"allowDestroying": ["room"]}, **changed))

        assert up().failures == ()
        wanted = {"members": [], "autoApprovedChangeRequestTypes": ["ADD_MEMBER"]}
        faults.fail("POST", "/changeRequests$", "AccessDeniedException", {"message": "no"}, 1, 403)
        (failure,) = up(room=wanted).failures
        assert "CreateCollaborationChangeRequest was denied" in failure
        kept = stack.resource("room")
        assert (kept.inputs["members"], kept.outputs["members"]) == ([], [])
        outcome = up(room=wanted)
        assert (outcome.failures, outcome.paths("room")) == ((), ("autoApprovedChangeRequestTypes",))
