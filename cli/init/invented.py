"""Invented rows of two members, for a room to try without files."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

_PEOPLE: Final = range(500)
_KINDS: Final = ("bread", "coffee", "fruit")
_PURCHASES: Final = [f"c{one:03},2026-03-{one % 28 + 1:02},{kind},{one % 9}.50" for one in _PEOPLE for kind in _KINDS]
_MAILINGS: Final = [f"c{one:03},{'spring' if one % 3 else 'autumn'}" for one in _PEOPLE]

INVENTED: Final = MappingProxyType(
    {
        "purchases": "\n".join(("customer_id,bought_on,kind,paid", *_PURCHASES, "")),
        "mailings": "\n".join(("customer_id,campaign", *_MAILINGS, "")),
    }
)
"""Table name to the text of its CSV file: the first member's, then the second's."""
