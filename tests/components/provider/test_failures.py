"""What goes wrong half-way is kept, said in one sentence, and mended by the next run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.pulumi_engine.faults import Faults, failing
from tests.pulumi_engine.room_program import room
from tests.pulumi_engine.stack import Outcome, Stack
from tests.simulator.api.accounts import BRAND, RETAILER, Accounts


@pytest.fixture
def faults(accounts: Accounts) -> Iterator[Faults]:
    with failing(accounts.url) as made:
        yield made


def up(stack: Stack, faults: Faults, settings: dict[str, Any] | None = None, **changed: Any) -> Outcome:
    return stack.up(lambda: room(faults.url, settings=settings, **changed))


def test_what_was_made_half_way_is_kept_and_finished_by_the_next_run(
    stack: Stack, faults: Faults, accounts: Accounts
) -> None:
    faults.fail("GET", "/members", "AccessDeniedException", {"message": "not you"}, 1, 403)
    (failure,) = up(stack, faults).failures
    assert failure == (
        "Collaboration 'room': GetCollaboration was denied: not you; allow 'cleanrooms:GetCollaboration' to the "
        "identity in use, or choose another profile or assumeRole"
    )
    kept = stack.resource("room")
    assert (kept.init_errors, kept.outputs["name"]) == ([failure], "room")
    outcome = up(stack, faults)
    assert outcome.failures == ()
    assert (outcome.done()["room"], stack.resource("room").id) == ("update", kept.id)
    assert stack.resource("room").init_errors == []
    assert len(accounts.client(RETAILER).list_collaborations()["collaborationList"]) == 1
    assert up(stack, faults).done() == {}


def test_an_update_that_ends_half_way_goes_on_where_it_ended(stack: Stack, faults: Faults, accounts: Accounts) -> None:
    assert up(stack, faults).failures == ()
    changed = {"description": "new", "tags": {"team": "ads"}}
    faults.fail("POST", "/tags/", "AccessDeniedException", {"message": "no tags"}, 1, 403)
    (failure,) = up(stack, faults, orders=changed).failures
    assert failure.startswith("ConfiguredTable 'orders': TagResource was denied: no tags")
    kept = stack.resource("orders")
    assert (kept.inputs["description"], kept.inputs["tags"]) == ("new", {"team": "data"})
    outcome = up(stack, faults, orders=changed)
    assert outcome.paths("orders") == ("tags.team",)
    assert stack.resource("orders").outputs["tagsAll"] == {"team": "ads"}
    assert up(stack, faults, orders=changed).done() == {}


@pytest.mark.parametrize(
    ("code", "members", "sentence"),
    [
        (
            "ServiceQuotaExceededException",
            {"message": "too many", "quotaName": "Tables", "quotaValue": 250},
            (
                "ConfiguredTable 'orders': CreateConfiguredTable exceeds the service quota 'Tables': too many; "
                "delete what is not used or ask AWS to raise it"
            ),
        ),
        (
            "ConflictException",
            {"message": "taken", "reason": "ALREADY_EXISTS", "resourceId": "abc", "resourceType": "CONFIGURED_TABLE"},
            (
                "ConfiguredTable 'orders': it exists already (id 'abc'): taken; adopt it with `pulumi import` "
                "or rename this one"
            ),
        ),
        (
            "ValidationException",
            {"message": "bad", "reason": "FIELD_VALIDATION_FAILED", "fieldList": [{"name": "name", "message": "odd"}]},
            "ConfiguredTable 'orders': CreateConfiguredTable was refused: bad (name: odd)",
        ),
        (
            "ExpiredTokenException",
            {"message": "The security token included in the request is expired"},
            (
                "ConfiguredTable 'orders': the AWS credentials have expired; renew them (`aws sso login`, or a new "
                "session token) and run again"
            ),
        ),
        (
            "UnrecognizedClientException",
            {"message": "The security token included in the request is invalid."},
            (
                "ConfiguredTable 'orders': AWS does not accept the credentials (UnrecognizedClientException): The "
                "security token included in the request is invalid.; check profile and keys"
            ),
        ),
    ],
)
def test_a_refusal_is_one_sentence(
    code: str, members: dict[str, Any], sentence: str, stack: Stack, faults: Faults
) -> None:
    faults.fail("POST", "^/configuredTables$", code, members)
    outcome = up(stack, faults)
    assert sentence in outcome.failures
    assert up(stack, faults).failures == ()


@pytest.mark.parametrize(
    ("method", "path", "code", "members"),
    [
        ("POST", "^/configuredTables$", "ThrottlingException", {"message": "slow down"}),
        (
            "POST",
            "^/configuredTables$",
            "ValidationException",
            {"message": "role unknown", "reason": "IAM_SYNCHRONIZATION_DELAY"},
        ),
        (
            "POST",
            "^/configuredTables$",
            "AccessDeniedException",
            {"message": "The role arn:aws:iam::111111111111:role/new cannot be assumed"},
        ),
    ],
)
def test_what_passes_by_itself_is_waited_for(
    method: str, path: str, code: str, members: dict[str, Any], stack: Stack, faults: Faults
) -> None:
    faults.fail(method, path, code, members, 2, 429 if "Throttling" in code else 400)
    outcome = up(stack, faults)
    assert outcome.failures == ()
    assert sum(seen == "POST /configuredTables" for seen in faults.seen) == 3


def test_an_end_waits_for_what_depends_on_it(stack: Stack, faults: Faults) -> None:
    assert up(stack, faults, {"allowDestroying": ["room", "own"]}).failures == ()
    conflict = {"message": "in use", "reason": "SUBRESOURCES_EXIST", "resourceId": "x", "resourceType": "MEMBERSHIP"}
    faults.fail("DELETE", "^/memberships/", "ConflictException", conflict, 1, 409)
    outcome = stack.destroy()
    assert outcome.failures == ()
    assert outcome.messages == (
        "DeleteMembership is tried again for 20 s: what depends on the resource is still being deleted",
    )


def test_no_work_is_done_in_another_account(stack: Stack, faults: Faults, accounts: Accounts) -> None:
    (failure,) = up(stack, faults, {"allowedAccountIds": [BRAND]}).failures
    assert failure == (
        f"Provider 'retailer': the credentials belong to account '{RETAILER}', allowedAccountIds has '{BRAND}'; "
        "choose another profile or assumeRole"
    )
    assert accounts.client(RETAILER).list_collaborations()["collaborationList"] == []


def test_without_credentials_nothing_is_tried(stack: Stack, faults: Faults, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    failures = up(stack, faults).failures
    assert failures
    for failure in failures:
        assert failure.endswith("no AWS credentials were found; set a profile, keys in the environment or assumeRole")


def test_an_endpoint_that_does_not_answer_is_named(stack: Stack) -> None:
    outcome = stack.up(lambda: room("http://127.0.0.1:9"))
    assert outcome.failures
    assert "Could not connect to the endpoint URL" in outcome.failures[0]
