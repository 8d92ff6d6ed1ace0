"""The policy of a configured audience model: changed only by who knows the present one, and edited by associations."""

from __future__ import annotations

import json

from tests.simulator.api.accounts import BRAND, RETAILER
from tests.simulator.api.audiences import Audiences, associated, refused
from tests.simulator.api.rooms import make_room


def written(model: str, sid: str = "own") -> str:
    """Return a policy that lets the brand generate audiences anywhere."""
    statement = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"AWS": BRAND},
        "Action": "cleanrooms-ml:StartAudienceGenerationJob",
        "Resource": [model, f"arn:aws:cleanrooms-ml:us-east-1:{RETAILER}:audience-generation-job/*"],
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_conditions(audiences: Audiences) -> None:
    model = audiences.ready()
    put = audiences.ml().put_configured_audience_model_policy
    asked = {"configuredAudienceModelArn": model, "configuredAudienceModelPolicy": written(model)}
    refused(put, "ValidationException", **asked, policyExistenceCondition="POLICY_MUST_EXIST")
    refused(put, "ValidationException", **asked, previousPolicyHash="0" * 64)
    first = put(**asked, policyExistenceCondition="POLICY_MUST_NOT_EXIST")["policyHash"]
    refused(put, "ValidationException", **asked, policyExistenceCondition="POLICY_MUST_NOT_EXIST")
    refused(put, "ValidationException", **asked, previousPolicyHash="0" * 64)
    asked["configuredAudienceModelPolicy"] = written(model, "other")
    assert put(**asked, previousPolicyHash=first)["policyHash"] != first
    refused(put, "ValidationException", **asked | {"configuredAudienceModelPolicy": "everybody"})
    held = audiences.ml().get_configured_audience_model_policy(configuredAudienceModelArn=model)
    assert held["configuredAudienceModelPolicy"] == written(model, "other")


def test_association_edits_its_own_statement_only(audiences: Audiences) -> None:
    model, client = audiences.ready(), audiences.ml()
    named = {"configuredAudienceModelArn": model}
    client.put_configured_audience_model_policy(**named, configuredAudienceModelPolicy=written(model))
    room, association = associated(audiences.accounts, model)
    text = client.get_configured_audience_model_policy(**named)["configuredAudienceModelPolicy"]
    own, managed = json.loads(text)["Statement"]
    assert own["Sid"] == "own"
    assert managed["Principal"] == {"AWS": [BRAND]}
    assert managed["Condition"] == {"StringEquals": {"cleanrooms-ml:CollaborationId": room.id}}
    room.client(RETAILER).delete_configured_audience_model_association(**association)
    text = client.get_configured_audience_model_policy(**named)["configuredAudienceModelPolicy"]
    assert json.loads(text) == json.loads(written(model))


def test_association_needs_an_own_model(audiences: Audiences) -> None:
    model = audiences.ready()
    room = make_room(audiences.accounts)
    asked = {
        "configuredAudienceModelAssociationName": "visitors",
        "manageResourcePolicies": True,
        "membershipIdentifier": room.memberships[BRAND],
    }
    create = room.client(BRAND).create_configured_audience_model_association
    refused(create, "AccessDeniedException", **asked, configuredAudienceModelArn=model)
    missing = model.replace(RETAILER, BRAND)
    refused(create, "ResourceNotFoundException", **asked, configuredAudienceModelArn=missing)


def test_deleted_model_leaves_its_collaborations(audiences: Audiences) -> None:
    model = audiences.ready()
    room, association = associated(audiences.accounts, model)
    audiences.ml().delete_configured_audience_model(configuredAudienceModelArn=model)
    get = room.client(RETAILER).get_configured_audience_model_association
    refused(get, "ResourceNotFoundException", **association)
