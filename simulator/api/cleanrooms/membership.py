"""Memberships: how an invited account joins a collaboration.

Source: API CreateMembership and its kin; userguide/join-collaboration, userguide/leave-collaboration.
"""

from __future__ import annotations

from simulator.api.calls import Answer, Call
from simulator.api.cleanrooms.lookup import ACTIVE, active_membership, member, own_membership
from simulator.api.cleanrooms.payment import confirm_payment
from simulator.api.cleanrooms.records import account_record, checked, update_record
from simulator.api.errors import conflict, denied, not_found
from simulator.api.store import Record

CHILDREN = (
    "configured_table_association",
    "analysis_template",
    "privacy_budget_template",
    "configured_audience_model_association",
    "id_namespace_association",
    "id_mapping_table",
    "intermediate_table",
    "configured_model_algorithm_association",
)
"""Kinds of resources that must be deleted before their membership."""


def create_membership(call: Call) -> Answer:
    """Join a collaboration that the caller was invited to, or has created."""
    checked("create_membership", call.asked)
    collaboration, own = _invitation(call)
    body = {
        "collaborationId": collaboration.id,
        "collaborationArn": collaboration.arn,
        "collaborationCreatorAccountId": collaboration.account,
        "collaborationCreatorDisplayName": collaboration.body["creatorDisplayName"],
        "collaborationName": collaboration.body["name"],
        "status": ACTIVE,
        "memberAbilities": own.body["abilities"],
        "mlMemberAbilities": own.body.get("mlAbilities"),
        "queryLogStatus": call.asked["queryLogStatus"],
        "jobLogStatus": call.asked.get("jobLogStatus", "DISABLED"),
        "paymentConfiguration": confirm_payment(own.body, call.asked.get("paymentConfiguration")),
        **call.chosen("defaultResultConfiguration", "defaultJobResultConfiguration", "isMetricsEnabled"),
    }
    made = account_record(call, "membership", body)
    made = call.store.put(Record(made.kind, made.id, made.account, made.body, collaboration.id, made.tags))
    call.store.put(own.showing(status=ACTIVE, membershipId=made.id, membershipArn=made.arn, updateTime=call.now))
    return {"membership": made.body}


def _invitation(call: Call) -> tuple[Record, Record]:
    """Return the collaboration that the call names, and the caller as its invited member."""
    wanted = call.asked["collaborationIdentifier"]
    collaboration = call.store.get("collaboration", wanted)
    if collaboration is None:
        raise not_found(f"collaboration {wanted} does not exist", wanted, "COLLABORATION")
    own = member(call, wanted, call.account)
    if own is None or own.body["status"] not in {"INVITED", ACTIVE}:
        raise denied(f"account {call.account} is not invited to collaboration {wanted}")
    if own.body["status"] == ACTIVE:
        message = f"account {call.account} already has a membership in collaboration {wanted}"
        raise conflict(message, "ALREADY_EXISTS", wanted, "MEMBERSHIP")
    return collaboration, own


def get_membership(call: Call) -> Answer:
    """Show a membership to its owner."""
    return {"membership": own_membership(call).body}


def list_memberships(call: Call) -> Answer:
    """List the caller's memberships."""
    wanted = call.asked.get("status")
    own = call.store.of("membership", account=call.account)
    return {"membershipSummaries": [each.body for each in own if wanted in (None, each.body["status"])]}


def update_membership(call: Call) -> Answer:
    """Change logging, default result configurations, and payments."""
    membership = active_membership(call)
    own = member(call, membership.parent, call.account)
    payment = call.asked.get("membershipPaymentConfiguration")
    if payment is not None and own is not None:
        membership = membership.showing(paymentConfiguration=confirm_payment(own.body, payment))
    names = ("queryLogStatus", "jobLogStatus", "defaultResultConfiguration", "defaultJobResultConfiguration")
    return {"membership": update_record(call, membership, *names).body}


def delete_membership(call: Call) -> Answer:
    """Leave a collaboration, once all resources of the membership are deleted."""
    gone = own_membership(call)
    for kind in CHILDREN:
        if held := call.store.of(kind, parent=gone.id):
            message = f"membership {gone.id} still has {kind.replace('_', ' ')} {held[0].id}; delete it first"
            raise conflict(message, "SUBRESOURCES_EXIST", gone.id, "MEMBERSHIP")
    own = member(call, gone.parent, call.account)
    if own is not None and own.body["status"] == ACTIVE:
        call.store.put(own.showing(status="LEFT", membershipId=None, membershipArn=None, updateTime=call.now))
    call.store.remove(gone)
    return {}
