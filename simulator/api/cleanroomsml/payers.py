"""The payers of custom models.

Source: API MLPaymentConfig, CreateTrainedModel, StartTrainedModelInferenceJob.
"""

from __future__ import annotations

from simulator.api.calls import Call
from simulator.api.errors import invalid
from simulator.api.store import Record


def payer_of(call: Call, membership: Record, stated: str | None, cost: str) -> str:
    """Return the account that pays.

    Args:
        call: The call.
        membership: The caller's membership.
        stated: The account that the caller chose; None for the collaboration's first payer, or else the caller.
        cost: `modelTraining` or `modelInference`.

    Raises:
        ApiError: The account is not among the payers of the collaboration.
    """
    named = [
        each.account
        for each in call.store.of("member", parent=membership.parent)
        if each.body["paymentConfiguration"].get("machineLearning", {}).get(cost, {}).get("isResponsible")
    ]
    candidates = named or [call.account]
    if stated is not None and stated not in candidates:
        raise invalid(f"account {stated} is not a payer of {cost} (payers: {', '.join(candidates)})")
    return stated or candidates[0]
