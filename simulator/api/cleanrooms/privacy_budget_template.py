"""Privacy budget templates: limits on the privacy loss of a member's data, or on the number of uses of a table.

Source: API CreatePrivacyBudgetTemplate and its kin; userguide/custom-diff-privacy, configure-data-access-budget.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.api.calls import Answer, Call
from simulator.api.cleanrooms.arns import account_arn
from simulator.api.cleanrooms.lookup import active_membership, brought, child, own_membership, shared, shared_one
from simulator.api.cleanrooms.records import check_quota, checked, membership_record
from simulator.api.cleanrooms.spending import account_of, is_privacy_template, ledger, privacy_settings
from simulator.api.errors import conflict, invalid, not_found
from simulator.api.store import Record

KIND = "privacy_budget_template"
"""The kind under which templates are kept."""


def create_privacy_budget_template(call: Call) -> Answer:
    """Create a template: one of differential privacy per membership, one access budget per table."""
    checked("create_privacy_budget_template", call.asked)
    membership = active_membership(call)
    parameters = call.asked["parameters"]
    _check_single(call, membership, parameters)
    body = {"autoRefresh": call.asked.get("autoRefresh", _default_refresh(parameters)), "parameters": parameters}
    made = membership_record(call, KIND, membership, {**body, **call.chosen("privacyBudgetType")})
    made = made.showing(arn=account_arn(call, "privacybudgettemplate", made.id))
    return {"privacyBudgetTemplate": call.store.put(made).body}


def get_privacy_budget_template(call: Call) -> Answer:
    """Show a template to its owner."""
    return {"privacyBudgetTemplate": _own(call).body}


def list_privacy_budget_templates(call: Call) -> Answer:
    """List the templates of a membership."""
    return {
        "privacyBudgetTemplateSummaries": [each.body for each in call.store.of(KIND, parent=own_membership(call).id)]
    }


def update_privacy_budget_template(call: Call) -> Answer:
    """Change the limits: those of an access budget as a whole, those of differential privacy as far as stated.

    Once queries have run, a differential privacy budget can only be raised.
    """
    template = _own(call)
    if call.asked["privacyBudgetType"] != template.body["privacyBudgetType"]:
        raise invalid(f"privacyBudgetType cannot change; this template is {template.body['privacyBudgetType']}")
    stated = call.asked.get("parameters", {})
    changed = template.showing(parameters=_merged(template, stated), updateTime=call.now)
    _check_update(call, template, changed)
    return {"privacyBudgetTemplate": call.store.put(changed).body}


def delete_privacy_budget_template(call: Call) -> Answer:
    """Delete a template. Spending is not carried over: a new template starts with a full budget."""
    gone = _own(call)
    ledger().delete(account_of(gone))
    call.store.remove(gone)
    return {}


def get_collaboration_privacy_budget_template(call: Call) -> Answer:
    """Show a template to any member."""
    return {"collaborationPrivacyBudgetTemplate": shared_one(call, KIND, "privacyBudgetTemplateIdentifier").body}


def list_collaboration_privacy_budget_templates(call: Call) -> Answer:
    """List the templates of all members."""
    return {"collaborationPrivacyBudgetTemplateSummaries": [each.body for each in shared(call, KIND)]}


def _own(call: Call) -> Record:
    return child(call, KIND, "privacyBudgetTemplateIdentifier")


def _default_refresh(parameters: Mapping[str, Any]) -> str:
    return "CALENDAR_MONTH" if "differentialPrivacy" in parameters else "NONE"


def _check_single(call: Call, membership: Record, parameters: Mapping[str, Any]) -> None:
    if "differentialPrivacy" in parameters:
        for other in call.store.of(KIND, parent=membership.id):
            if is_privacy_template(other):
                message = f"membership {membership.id} already has the differential privacy budget template {other.id}"
                raise conflict(message, "ALREADY_EXISTS", other.id, "MEMBERSHIP")
        return
    arn = parameters["accessBudget"]["resourceArn"]
    table = call.store.with_arn(arn)
    if table is None or table.parent != membership.id:
        raise not_found(
            f"table {arn} does not exist in membership {membership.id}", arn, "CONFIGURED_TABLE_ASSOCIATION"
        )
    held = [each for each in brought(call, membership.parent, KIND) if not is_privacy_template(each)]
    if any(each.body["parameters"]["accessBudget"]["resourceArn"] == arn for each in held):
        raise conflict(f"table {arn} already has an access budget", "ALREADY_EXISTS", arn)
    check_quota("access_budget_templates", len(held) + 1)


def _merged(template: Record, stated: Mapping[str, Any]) -> dict[str, Any]:
    before = template.body["parameters"]
    ((kind, held),) = before.items()
    if stated and kind not in stated:
        raise invalid(f"parameters: a {template.body['privacyBudgetType']} template needs {kind}")
    return {kind: {**held, **stated.get(kind, {})}}


def _check_update(call: Call, before: Record, after: Record) -> None:
    if not is_privacy_template(after):
        return
    spent = ledger().spent(account_of(before), call.now)
    old, new = privacy_settings(before), privacy_settings(after)
    if spent and new.epsilon < old.epsilon:
        message = f"epsilon can only be raised from {old.epsilon} once queries have run; found {new.epsilon}"
        raise invalid(f"{message}. Delete the template and create a new one to lower it")
