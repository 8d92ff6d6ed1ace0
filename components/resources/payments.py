"""Who pays for what: the parts of a payment configuration, which a service shows in full and a program states in part.

Source: API PaymentConfiguration, MembershipPaymentConfiguration.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

_OPTIONAL_PARTS: Final = (
    "jobCompute",
    "machineLearning.modelInference",
    "machineLearning.modelTraining",
    "machineLearning.syntheticDataGeneration",
)

NOT_RESPONSIBLE: Final[Mapping[str, bool]] = {f"{part}.isResponsible": False for part in _OPTIONAL_PARTS}
"""The values that are equivalent to leaving out the optional parts of a payment configuration."""


def responsibilities(payment: Mapping[str, Any]) -> frozenset[str]:
    """Return the parts of a payment configuration that the member is responsible for, as dotted paths."""
    return frozenset(_responsibilities(payment, ""))


def _responsibilities(payment: Mapping[str, Any], place: str) -> Iterator[str]:
    for name, part in payment.items():
        if isinstance(part, Mapping):
            yield from _responsibilities(part, f"{place}{name}.")
        elif part:
            yield f"{place}{name}"
