"""Payment responsibilities: assigned to the members by the creator, accepted by each member.

Source: API PaymentConfiguration, MembershipPaymentConfiguration; userguide/create-collaboration.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.api.errors import invalid

Payment = Mapping[str, Any]
"""A PaymentConfiguration or MembershipPaymentConfiguration."""

_COSTS = (
    ("queryCompute",),
    ("jobCompute",),
    ("machineLearning", "modelTraining"),
    ("machineLearning", "modelInference"),
    ("machineLearning", "syntheticDataGeneration"),
)


def request_payment(abilities: list[str], stated: Payment | None) -> Payment:
    """Return what a member is to pay; by default, the member who can query pays for queries."""
    return stated or {"queryCompute": {"isResponsible": "CAN_QUERY" in abilities}}


def confirm_payment(member: Mapping[str, Any], stated: Payment | None) -> Payment:
    """Return what a member pays, after checking that it matches what the collaboration assigns.

    Args:
        member: The member's summary.
        stated: The payment configuration of the membership; None when it states none.

    Raises:
        ApiError: ValidationException.
    """
    asked: Payment = member["paymentConfiguration"]
    if stated is None:
        duties = [".".join(path) for path, responsible in _responsibilities(asked) if responsible]
        if duties and "CAN_QUERY" not in member["abilities"] and "CAN_RUN_JOB" not in member["abilities"]:
            message = f"paymentConfiguration is required: the collaboration names this member as payer of {duties[0]}"
            raise invalid(message)
        return asked
    wanted = dict(_responsibilities(asked))
    for path, responsible in _responsibilities(stated):
        if responsible != wanted.get(path, False):
            place = ".".join(("paymentConfiguration", *path, "isResponsible"))
            says = "is" if wanted.get(path, False) else "is not"
            raise invalid(f"{place} is {responsible}, but the collaboration says that this member {says} a payer")
    return stated


def find_payers(members: list[Mapping[str, Any]], cost: str) -> list[str]:
    """Return the accounts that the collaboration names as payers.

    Args:
        members: The member summaries.
        cost: `queryCompute` or `jobCompute`.
    """
    named = [
        each["accountId"] for each in members if dict(_responsibilities(each["paymentConfiguration"])).get((cost,))
    ]
    ability = "CAN_QUERY" if cost == "queryCompute" else "CAN_RUN_JOB"
    return named or [each["accountId"] for each in members if ability in each["abilities"]]


def _responsibilities(payment: Payment) -> Iterator[tuple[tuple[str, ...], bool]]:
    for path in _COSTS:
        found: Any = payment
        for step in path:
            found = (found or {}).get(step)
        if found is not None:
            yield path, found["isResponsible"]
