"""Resource policies of configured audience models: who may generate audiences, and how Clean Rooms edits them.

Elements that are not understood never allow, and always deny: conditions on anything but the collaboration, principals
other than whole accounts, NotAction, NotPrincipal and NotResource.

Source: userguide/ml-behaviors; IAM policy elements.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.api.calls import Call
from simulator.api.store import Record

POLICY = "configured_audience_model_policy"
"""The kind under which the policy of a configured audience model is kept; id and parent are the model's ARN."""

GENERATE = "cleanrooms-ml:StartAudienceGenerationJob"
"""The one action that another account can be allowed."""

_COLLABORATION = "cleanrooms-ml:collaborationid"
_NEGATIONS = ("NotPrincipal", "NotAction", "NotResource")
_VERSION = "2012-10-17"


class PolicyError(ValueError):
    """A text is not a valid resource policy."""


@dataclass(frozen=True, slots=True)
class Access:
    """An access to be decided.

    Attributes:
        account: Account id of the caller.
        action: The action, such as `cleanrooms-ml:StartAudienceGenerationJob`.
        resource: ARN of the resource.
        collaboration: Id of the collaboration that the request names; None when it names none.
    """

    account: str
    action: str
    resource: str
    collaboration: str | None


def statements(text: str) -> list[dict[str, Any]]:
    """Return the statements of a policy.

    Raises:
        PolicyError: It is not JSON, or has no statements with an effect, a principal, an action and a resource.
    """
    try:
        policy = json.loads(text)
    except (ValueError, RecursionError):
        raise PolicyError("the policy is not JSON") from None
    found = policy.get("Statement") if isinstance(policy, dict) else None
    listed = [found] if isinstance(found, dict) else found
    if not isinstance(listed, list) or not listed or not all(isinstance(each, dict) for each in listed):
        raise PolicyError("the policy has no Statement")
    for each in listed:
        if each.get("Effect") not in {"Allow", "Deny"}:
            raise PolicyError(f"Effect must be Allow or Deny; found {each.get('Effect')!r}")
        for element in ("Principal", "Action", "Resource"):
            if (element in each) == (f"Not{element}" in each):
                raise PolicyError(f"every statement needs one of {element}, Not{element}")
    return listed


def allows(text: str, access: Access) -> bool:
    """Tell whether a policy allows an access: some statement allows it, and none denies it."""
    found = statements(text)
    if any(each["Effect"] == "Deny" and _may_apply(each, access) for each in found):
        return False
    return any(each["Effect"] == "Allow" and _applies(each, access) for each in found)


def policy_of(call: Call, model: str) -> Record | None:
    """Return the policy of a configured audience model, or None."""
    return call.store.get(POLICY, model)


def put_policy(call: Call, model: Record, text: str) -> Record:
    """Store the text as the policy of a configured audience model."""
    body = {
        "configuredAudienceModelArn": model.id,
        "configuredAudienceModelPolicy": text,
        "policyHash": hashlib.sha256(text.encode()).hexdigest(),
    }
    return call.store.put(Record(POLICY, model.id, model.account, body, parent=model.id))


def grant(call: Call, model: Record, association_id: str, collaboration_id: str, accounts: Iterable[str]) -> None:
    """Let members of a collaboration generate audiences, as Clean Rooms does when it manages the policy."""
    principals = sorted(accounts)
    if not principals:
        return
    region = call.store.region
    statement = {
        "Sid": _sid(association_id),
        "Effect": "Allow",
        "Principal": {"AWS": principals},
        "Action": [GENERATE],
        "Resource": [model.id, f"arn:aws:cleanrooms-ml:{region}:{model.account}:audience-generation-job/*"],
        "Condition": {"StringEquals": {"cleanrooms-ml:CollaborationId": collaboration_id}},
    }
    before = policy_of(call, model.id)
    held = statements(before.body["configuredAudienceModelPolicy"]) if before else []
    put_policy(call, model, json.dumps({"Version": _VERSION, "Statement": [*held, statement]}))


def revoke(call: Call, model: Record, association_id: str) -> None:
    """Undo `grant`; the owner's own statements stay."""
    before = policy_of(call, model.id)
    if before is None:
        return
    held = statements(before.body["configuredAudienceModelPolicy"])
    kept = [each for each in held if each.get("Sid") != _sid(association_id)]
    if kept:
        put_policy(call, model, json.dumps({"Version": _VERSION, "Statement": kept}))
    else:
        call.store.remove(before)


def _sid(association_id: str) -> str:
    return f"Clean-Rooms-{association_id}"


def _applies(statement: Mapping[str, Any], access: Access) -> bool:
    """Tell whether a statement certainly applies to an access."""
    return (
        not any(each in statement for each in _NEGATIONS)
        and access.account in _accounts(statement["Principal"], access.account)
        and any(_matches(each, access.action) for each in _listed(statement["Action"]))
        and any(_matches(each, access.resource) for each in _listed(statement["Resource"]))
        and _condition_holds(statement.get("Condition", {}), access)
    )


def _may_apply(statement: Mapping[str, Any], access: Access) -> bool:
    """Tell whether a statement might apply to an access; elements that are not understood might."""
    principals = str(statement.get("Principal", "*"))
    if "*" not in principals and access.account not in principals:
        return False
    return all(
        any(_matches(each, value) for each in _listed(statement.get(element, "*")))
        for element, value in (("Action", access.action), ("Resource", access.resource))
    )


def _accounts(principal: object, account: str) -> set[str]:
    """Return the accounts that a principal names as a whole; for `*`, which means everybody, *account*."""
    if principal == "*":
        return {account}
    stated = _listed(principal.get("AWS", [])) if isinstance(principal, dict) else []
    named = {re.sub(r"arn:aws[-a-z]*:iam::(\d{12}):root", r"\1", each) for each in stated}
    return {account} if "*" in named else named


def _condition_holds(condition: object, access: Access) -> bool:
    if not isinstance(condition, dict):
        return False
    for operator, tests in condition.items():
        if operator not in {"StringEquals", "StringLike"} or not isinstance(tests, dict):
            return False
        for key, wanted in tests.items():
            if key.lower() != _COLLABORATION or access.collaboration is None:
                return False
            if operator == "StringEquals" and access.collaboration not in _listed(wanted):
                return False
            if operator == "StringLike" and not any(_matches(each, access.collaboration) for each in _listed(wanted)):
                return False
    return True


def _listed(value: object) -> list[str]:
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]


def _matches(pattern: str, value: str) -> bool:
    """Match `*` and `?`, ignoring case; without regular expressions, so that no hostile pattern takes long."""
    written, text = pattern.lower(), value.lower()
    at, position, star, resumed = 0, 0, -1, 0
    while position < len(text):
        if at < len(written) and written[at] == "*":
            star, resumed, at = at, position, at + 1
        elif at < len(written) and written[at] in {"?", text[position]}:
            at, position = at + 1, position + 1
        elif star >= 0:
            # The last star takes one more character.
            resumed += 1
            at, position = star + 1, resumed
        else:
            return False
    return not written[at:].strip("*")
