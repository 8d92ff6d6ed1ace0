"""The resource policy of a configured audience model, by which its owner lets other accounts generate audiences.

Source: API PutConfiguredAudienceModelPolicy and its kin; userguide/ml-behaviors.
"""

from __future__ import annotations

from simulator.api.calls import Answer, Call
from simulator.api.cleanroomsml.lookup import own
from simulator.api.errors import invalid, invalid_field, not_found
from simulator.api.model_policies import PolicyError, policy_of, put_policy, statements
from simulator.api.store import Record


def put_configured_audience_model_policy(call: Call) -> Answer:
    """Write the policy, if the stated conditions on the existing one hold."""
    model = own(call, "configured_audience_model")
    text = call.asked["configuredAudienceModelPolicy"]
    try:
        statements(text)
    except PolicyError as error:
        raise invalid_field("configuredAudienceModelPolicy", f"Member must be a resource policy: {error}") from None
    _check_before(call, policy_of(call, model.id))
    return put_policy(call, model, text).body


def get_configured_audience_model_policy(call: Call) -> Answer:
    """Show the policy."""
    return _held(call).body


def delete_configured_audience_model_policy(call: Call) -> Answer:
    """Delete the policy; then no other account can generate audiences."""
    call.store.remove(_held(call))
    return {}


def _held(call: Call) -> Record:
    model = own(call, "configured_audience_model")
    found = policy_of(call, model.id)
    if found is None:
        raise not_found(f"configured audience model {model.arn} has no policy", model.arn, "ACCOUNT")
    return found


def _check_before(call: Call, before: Record | None) -> None:
    """Raise if a stated condition does not hold; the operation has no ConflictException."""
    condition = call.asked.get("policyExistenceCondition")
    if condition == "POLICY_MUST_EXIST" and before is None:
        raise invalid("policyExistenceCondition is POLICY_MUST_EXIST, but there is no policy")
    if condition == "POLICY_MUST_NOT_EXIST" and before is not None:
        raise invalid("policyExistenceCondition is POLICY_MUST_NOT_EXIST, but there is a policy")
    stated, held = call.asked.get("previousPolicyHash"), before.body["policyHash"] if before else None
    if stated is not None and stated != held:
        raise invalid(f"previousPolicyHash is not the hash of the current policy ({held or 'there is none'})")
