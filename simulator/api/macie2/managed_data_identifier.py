"""The managed data identifiers.

Source: API ListManagedDataIdentifiers.
"""

from __future__ import annotations

from simulator.api.calls import Answer, Call
from simulator.api.macie2.detection.managed import MANAGED


def list_managed_data_identifiers(_call: Call) -> Answer:
    """List all managed data identifiers, and EMAIL_ADDRESS, which only this endpoint has."""
    return {"items": [{"id": each.id, "category": each.category} for each in MANAGED]}
