"""What the service model tells about the resource types."""

from __future__ import annotations

from components.resources.analysis_template import ANALYSIS_TEMPLATE
from components.resources.collaboration import COLLABORATION
from components.resources.collaboration_change_request import COLLABORATION_CHANGE_REQUEST
from components.resources.configured_audience_model_policy import CONFIGURED_AUDIENCE_MODEL_POLICY
from components.resources.functions import FUNCTIONS
from components.resources.membership import MEMBERSHIP
from components.resources.privacy_budget_template import PRIVACY_BUDGET_TEMPLATE
from components.resources.provider_settings import settings
from components.resources.service_model import arguments, carried, changeable, inputs, outputs, results


def test_an_input_is_required_as_the_request_has_it() -> None:
    found = inputs(ANALYSIS_TEMPLATE)
    required = {name for name, each in found.items() if each.required}
    assert required == {"membershipIdentifier", "name", "format", "source"}
    assert "TableAlias" in found["name"].shape.name


def test_what_only_an_update_takes_is_an_input_that_may_be_absent() -> None:
    assert not inputs(COLLABORATION_CHANGE_REQUEST)["action"].required
    assert "action" not in carried(COLLABORATION_CHANGE_REQUEST, COLLABORATION_CHANGE_REQUEST.create)


def test_an_output_has_the_type_of_the_answer() -> None:
    assert inputs(PRIVACY_BUDGET_TEMPLATE)["parameters"].shape.name == "PrivacyBudgetTemplateParametersInput"
    assert outputs(PRIVACY_BUDGET_TEMPLATE)["parameters"].shape.name == "PrivacyBudgetTemplateParametersOutput"


def test_outputs_begin_with_the_inputs() -> None:
    assert list(outputs(MEMBERSHIP))[: len(inputs(MEMBERSHIP))] == list(inputs(MEMBERSHIP))
    assert {"membershipIdentifier", "arn", "tagsAll"} <= set(outputs(MEMBERSHIP))
    assert {"changeRequestIdentifier", "changeRequestStatus"} <= set(outputs(COLLABORATION))
    assert "membershipId" not in outputs(COLLABORATION)


def test_calls_carry_properties_under_the_names_of_the_request() -> None:
    (update,) = MEMBERSHIP.updates
    assert carried(MEMBERSHIP, update)["paymentConfiguration"] == "membershipPaymentConfiguration"
    assert "tags" not in carried(MEMBERSHIP, update)
    (update,) = CONFIGURED_AUDIENCE_MODEL_POLICY.updates
    assert carried(CONFIGURED_AUDIENCE_MODEL_POLICY, update) == {
        "configuredAudienceModelArn": "configuredAudienceModelArn",
        "configuredAudienceModelPolicy": "configuredAudienceModelPolicy",
        "policyHash": "previousPolicyHash",
    }


def test_what_changes_in_place() -> None:
    assert changeable(COLLABORATION) == {"name", "description", "analyticsEngine"}
    assert changeable(PRIVACY_BUDGET_TEMPLATE) == {"parameters"}


def test_functions_have_arguments_and_results_without_paging() -> None:
    known = {function.name: function for function in FUNCTIONS}
    assert list(known) == sorted(known)
    schemas = known["getSchemas"]
    assert {name: each.required for name, each in arguments(schemas).items()} == {
        "collaborationIdentifier": True,
        "schemaType": False,
    }
    assert list(results(schemas)) == ["schemaSummaries"]


def test_no_setting_of_the_provider_is_required() -> None:
    assert list(settings()) == [
        "region",
        "profile",
        "assumeRole",
        "allowedAccountIds",
        "endpoint",
        "defaultTags",
        "allowDestroying",
    ]
    assert not any(each.required for each in settings().values())
    assert all(each.documentation for each in settings().values())
