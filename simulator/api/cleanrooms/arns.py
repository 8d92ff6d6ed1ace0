"""The ARNs of the resources, in the service's form.

Source: the ARN patterns of the botocore `cleanrooms` service model. Where two of its patterns disagree (an association
is `configuredtableassociation/A/B` in one and `membership/A/configuredtableassociation/B` in others), the form that
other requests require is used.
"""

from __future__ import annotations

from simulator.api.calls import Call


def account_arn(call: Call, kind: str, record_id: str, account: str | None = None) -> str:
    """Return the ARN of a resource that belongs to an account: the caller's, or *account*'s."""
    return f"arn:aws:cleanrooms:{call.store.region}:{account or call.account}:{kind}/{record_id}"


def membership_arn(call: Call, membership_id: str, kind: str, record_id: str) -> str:
    """Return the ARN of a resource that belongs to a membership of the caller."""
    return account_arn(call, f"membership/{membership_id}/{kind}", record_id)
