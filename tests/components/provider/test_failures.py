"""What goes wrong half-way is kept, said in one sentence, and mended by the next run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pulumi
import pytest

from tests.pulumi_engine.faults import Faults, failing
from tests.pulumi_engine.made import Made
from tests.pulumi_engine.plugins import FailedError
from tests.pulumi_engine.room_program import provider, room
from tests.pulumi_engine.stack import Outcome, Stack
from tests.pulumi_engine.wire import is_secret
from tests.simulator.api.accounts import BRAND, RETAILER, STRANGER, Accounts

RENAMED = (
    "if the program has only renamed it, state its old name (`aliases=[pulumi.Alias(name=OLD_NAME)]`, or "
    "`pulumi state rename`); only if no resource of this or another stack has it, adopt it with "
)
PROVIDER = "retailer='urn:pulumi:test::project::pulumi:providers:cleanrooms::retailer'"


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
        "Collaboration 'room': ListMembers was denied: not you; allow 'cleanrooms:ListMembers' to the "
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


def test_a_creation_whose_answer_is_lost_is_not_repeated(stack: Stack, faults: Faults, accounts: Accounts) -> None:
    faults.lose("POST", "^/collaborations$")
    failure = next(each for each in up(stack, faults).failures if "CreateCollaboration" in each)
    assert failure.startswith("Collaboration 'room': CreateCollaboration got no answer: ")
    assert failure.endswith(
        "; it may have been made all the same: look for it, and adopt it with `pulumi import` if it is there"
    )
    assert faults.seen.count("POST /collaborations") == 1
    (made,) = accounts.client(RETAILER).list_collaborations()["collaborationList"]
    failures = up(stack, faults).failures
    assert any(
        each.startswith(
            f"Collaboration 'room': there is one already, '{made['id']}'; {RENAMED}`pulumi import "
            f"cleanrooms:index:Collaboration room {made['id']} --provider {PROVIDER}`. A second one is refused: "
        )
        for each in failures
    )
    assert faults.seen.count("POST /collaborations") == 1


def test_a_table_whose_answer_is_lost_is_not_made_twice(stack: Stack, faults: Faults, accounts: Accounts) -> None:
    faults.lose("POST", "^/configuredTables$")
    assert any("CreateConfiguredTable got no answer" in each for each in up(stack, faults).failures)
    (made,) = accounts.client(RETAILER).list_configured_tables()["configuredTableSummaries"]
    assert (
        f"ConfiguredTable 'orders': there is one already, '{made['id']}'; {RENAMED}`pulumi import "
        f"cleanrooms:index:ConfiguredTable orders {made['id']} --provider {PROVIDER}`. A second one is refused: "
        "nothing uses the first, which a creation may have left whose answer was lost. If you mean it, add 'orders' to "
        "the provider's allowDestroying, or set CLEANROOMS_ALLOW_DESTROYING=orders for this command"
    ) in up(stack, faults).failures
    assert up(stack, faults, orders={"description": "Another one"}).failures == ()
    assert len(accounts.client(RETAILER).list_configured_tables()["configuredTableSummaries"]) == 2


def test_a_table_in_use_may_have_a_second_one(stack: Stack, accounts: Accounts, tmp_path: Path) -> None:
    """Two rooms over the same table: each stack makes its own."""
    (tmp_path / "other").mkdir()
    other = Stack(tmp_path / "other")
    assert stack.up(lambda: room(accounts.url)).failures == ()
    table, membership = (stack.resource(name).id for name in ("orders", "own"))
    accounts.client(RETAILER).create_configured_table_association(
        name="orders",
        membershipIdentifier=membership,
        configuredTableIdentifier=table,
        roleArn="arn:aws:iam::111111111111:role/reader",
    )
    assert other.up(lambda: room(accounts.url, room={"name": "other"})).failures == ()


def test_a_creation_in_which_the_service_fails_is_not_repeated(stack: Stack, faults: Faults) -> None:
    faults.fail("POST", "^/configuredTables$", "InternalServerException", {"message": "oh"}, 1, 500)
    failure = next(each for each in up(stack, faults).failures if "ConfiguredTable" in each)
    assert failure == (
        "ConfiguredTable 'orders': AWS failed in CreateConfiguredTable: oh; it may have been made all the same: look "
        "for it, and adopt it with `pulumi import` if it is there"
    )
    assert faults.seen.count("POST /configuredTables") == 1


def test_a_defect_after_the_creation_forgets_nothing(stack: Stack, faults: Faults, accounts: Accounts) -> None:
    faults.fail("GET", "^/collaborations/[^/]+$", "", {}, 1, 200)
    (failure,) = up(stack, faults).failures
    assert failure == "this is a defect of the provider: KeyError: 'collaboration'"
    (made,) = accounts.client(RETAILER).list_collaborations()["collaborationList"]
    assert stack.resource("room").id == made["id"]
    assert up(stack, faults).failures == ()


def test_a_model_that_failed_is_made_anew_by_the_next_run(stack: Stack, faults: Faults) -> None:
    arn = f"arn:aws:cleanrooms-ml:us-east-1:{RETAILER}:audience-model/00000000-0000-4000-8000-00000000000"
    dataset = f"arn:aws:cleanrooms-ml:us-east-1:{RETAILER}:training-dataset/00000000-0000-4000-8000-000000000001"

    def program() -> None:
        Made("AudienceModel", "model", {"name": "m", "trainingDatasetArn": dataset}, provider(faults.url))

    def answered(number: int, status: str) -> None:
        made = {"audienceModelArn": f"{arn}{number}"}
        shown = {**made, "name": "m", "trainingDatasetArn": dataset, "createTime": 0, "updateTime": 0}
        explained = {"status": status, "statusDetails": {"message": "too little data"}}
        faults.fail("POST", "^/audience-model$", "", made, 1, 200)
        faults.fail("GET", f"^/audience-model/.*{number}$", "", {**shown, **explained}, 9, 200)

    answered(1, "CREATE_FAILED")
    assert stack.up(program).failures == (
        "AudienceModel 'model': it is 'CREATE_FAILED' instead of 'ACTIVE': too little data",
    )
    assert stack.resource("model").outputs["status"] == "CREATE_FAILED"
    faults.planned.clear()
    answered(2, "ACTIVE")
    faults.fail("DELETE", "^/audience-model/", "", {}, 1, 200)
    faults.fail("GET", "^/audience-model/.*1$", "ResourceNotFoundException", {"message": "gone"}, 9, 404)
    outcome = stack.up(program)
    assert (outcome.failures, outcome.done()["model"]) == ((), "replace")
    assert stack.resource("model").outputs["status"] == "ACTIVE"


def test_an_answer_that_was_not_given_is_given_by_the_next_run(
    stack: Stack, faults: Faults, accounts: Accounts
) -> None:
    assert up(stack, faults).failures == ()
    room_id = stack.resource("room").id
    accounts.client(BRAND).create_membership(collaborationIdentifier=room_id, queryLogStatus="DISABLED")
    agency = {"accountId": STRANGER, "displayName": "Agency", "memberAbilities": []}
    asked = {"specificationType": "MEMBER", "specification": {"member": agency}}

    def program(action: dict[str, str]) -> None:
        room(faults.url)
        opts = provider(faults.url, name="asking")
        Made(
            "CollaborationChangeRequest",
            "ask",
            {"collaborationIdentifier": room_id, "changes": [asked], **action},
            opts,
        )

    cancel = {"action": "CANCEL"}
    faults.fail("PATCH", "changeRequests/", "AccessDeniedException", {"message": "no"}, 1, 403)
    assert len(stack.up(lambda: program(cancel)).failures) == 1
    assert "action" not in stack.resource("ask").inputs
    assert stack.up(lambda: program(cancel)).failures == ()
    assert stack.resource("ask").outputs["status"] == "CANCELLED"
    without = stack.up(lambda: program({}))
    assert (without.failures, without.done()) == ((), {"ask": "update"})
    assert stack.up(lambda: program({})).done() == {}


def test_an_old_secret_stays_one_while_its_value_does(stack: Stack, faults: Faults) -> None:
    def program() -> None:
        room(faults.url, orders={"tags": {"team": pulumi.Output.secret("ads")}})

    assert stack.up(program).failures == ()
    faults.fail("POST", "/tags/", "AccessDeniedException", {"message": "no tags"}, 1, 403)
    changed = {"description": "new", "tags": {"team": "data"}}
    assert len(up(stack, faults, orders=changed).failures) == 1
    kept = stack.resource("orders")
    assert is_secret(kept.inputs["tags"]["team"])
    assert is_secret(kept.outputs["tagsAll"])


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
                "ConfiguredTable 'orders': it exists already (in the way is CONFIGURED_TABLE 'abc'): taken; "
                f"{RENAMED}`pulumi import cleanrooms:index:ConfiguredTable orders configuredTableIdentifier "
                f"--provider {PROVIDER}`; or give this one another name"
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


@pytest.mark.parametrize("refused", [False, True])
def test_what_is_deleted_elsewhere_is_gone_or_said_how_to_forget(
    stack: Stack, faults: Faults, accounts: Accounts, *, refused: bool
) -> None:
    assert up(stack, faults).failures == ()
    room, membership = stack.resource("room"), stack.resource("own")
    accounts.client(RETAILER).delete_collaboration(collaborationIdentifier=room.id)
    if refused:
        faults.fail("GET", r"^/memberships\?", "AccessDeniedException", {"message": "no"}, 9, 403)
        with pytest.raises(FailedError) as error:
            stack.refresh()
        assert str(error.value).endswith(
            "or choose another profile or assumeRole. If it was deleted elsewhere, forget it with "
            f"`pulumi state delete '{room.urn}'`"
        )
        return
    outcome = stack.refresh()
    assert outcome.done() == {"room": "delete"}
    assert outcome.messages == (
        (
            "its collaboration was deleted: nothing in it can be used or changed any more. When you need its history "
            f"no longer, take it out of the program, or forget it with `pulumi state delete '{membership.urn}'`"
        ),
    )


def test_a_service_that_repeats_a_secret_does_not_tell_it(stack: Stack, faults: Faults) -> None:
    def program(description: str) -> Outcome:
        return stack.up(lambda: room(faults.url, orders={"description": pulumi.Output.secret(description)}))

    refusal = ("ValidationException", {"message": "odd: hunter2 or hunter2-more"})
    faults.fail("POST", "^/configuredTables$", *refusal)
    (failure,) = program("hunter2").failures
    assert failure == ("ConfiguredTable 'orders': CreateConfiguredTable was refused: odd: [secret] or [secret]-more")
    assert program("hunter2").failures == ()
    faults.fail("PATCH", "^/configuredTables/", *refusal)
    (failure,) = program("hunter2-more").failures
    assert failure == "ConfiguredTable 'orders': UpdateConfiguredTable was refused: odd: [secret] or [secret]"
