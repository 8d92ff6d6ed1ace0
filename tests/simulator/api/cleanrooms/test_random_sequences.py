"""Random sequences of operations by two accounts agree with a small model of collaborations."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.simulator.api.accounts import BRAND, RETAILER, STRANGER, Accounts

ACCOUNTS = (RETAILER, BRAND, STRANGER)
_SOME = st.sampled_from(ACCOUNTS)
_NUMBER = st.integers(0, 3)


class Sequences(RuleBasedStateMachine):
    """The model: each collaboration's creator, and the status of each of its members."""

    accounts: Accounts

    def __init__(self) -> None:
        super().__init__()
        self.accounts.forget()
        self.creators: dict[str, str] = {}
        self.statuses: dict[str, dict[str, str]] = {}
        self.memberships: dict[tuple[str, str], str] = {}

    def _named(self, number: int) -> str | None:
        made = list(self.creators)
        return made[number % len(made)] if made else None

    def _call(self, account: str, operation: str, expected: str | None, **asked: Any) -> Any:
        try:
            answer = getattr(self.accounts.client(account), operation)(**asked)
        except ClientError as error:
            code, answer = error.response["Error"]["Code"], None
        else:
            code = None
        assert code == expected, (operation, account, asked)
        return answer

    @rule(account=_SOME, guest=_SOME)
    def create(self, account: str, guest: str) -> None:
        members = [{"accountId": guest, "displayName": "Guest", "memberAbilities": []}]
        answer = self._call(
            account,
            "create_collaboration",
            "ValidationException" if guest == account else None,
            name="room",
            creatorDisplayName="Creator",
            creatorMemberAbilities=["CAN_QUERY"],
            queryLogStatus="DISABLED",
            members=members,
        )
        if answer is not None:
            made = answer["collaboration"]["id"]
            self.creators[made] = account
            self.statuses[made] = {account: "INVITED", guest: "INVITED"}

    @rule(account=_SOME, number=_NUMBER)
    def join(self, account: str, number: int) -> None:
        room = self._named(number)
        if room is None:
            return
        status = self.statuses[room].get(account)
        expected = {"INVITED": None, "ACTIVE": "ConflictException"}.get(str(status), "AccessDeniedException")
        answer = self._call(
            account, "create_membership", expected, collaborationIdentifier=room, queryLogStatus="DISABLED"
        )
        if answer is not None:
            self.statuses[room][account] = "ACTIVE"
            self.memberships[room, account] = answer["membership"]["id"]

    @rule(account=_SOME, number=_NUMBER)
    def leave(self, account: str, number: int) -> None:
        room = self._named(number)
        membership = self.memberships.get((str(room), account))
        if room is not None and membership is not None:
            self._call(account, "delete_membership", None, membershipIdentifier=membership)
            del self.memberships[room, account]
            if self.statuses[room][account] == "ACTIVE":
                self.statuses[room][account] = "LEFT"

    @rule(account=_SOME, guest=_SOME, number=_NUMBER)
    def remove(self, account: str, guest: str, number: int) -> None:
        room = self._named(number)
        if room is None:
            return
        expected = None
        if self.creators[room] != account or self.statuses[room][account] not in {"INVITED", "ACTIVE"}:
            expected = "AccessDeniedException"
        elif self.statuses[room].get(guest, "REMOVED") == "REMOVED":
            expected = "ResourceNotFoundException"
        elif guest == account:
            expected = "ConflictException"
        self._call(account, "delete_member", expected, collaborationIdentifier=room, accountId=guest)
        if expected is None:
            self.statuses[room][guest] = "REMOVED"

    @invariant()
    def each_account_sees_its_rooms(self) -> None:
        for account in ACCOUNTS:
            listed = self.accounts.client(account).list_collaborations()["collaborationList"]
            wanted = {
                room: held[account]
                for room, held in self.statuses.items()
                if held.get(account) in {"INVITED", "ACTIVE"}
            }
            assert {each["id"]: each["memberStatus"] for each in listed} == wanted


@pytest.mark.parametrize("examples", [5])
def test_random_sequences(examples: int, accounts: Accounts) -> None:
    Sequences.accounts = accounts
    quick = settings(
        max_examples=examples,
        stateful_step_count=15,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    run_state_machine_as_test(Sequences, settings=quick)  # type: ignore[no-untyped-call]
