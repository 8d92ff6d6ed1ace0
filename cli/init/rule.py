"""The analysis rules that the tables of a new room can have."""

from __future__ import annotations

from enum import StrEnum


class Rule(StrEnum):
    """What may be asked."""

    AGGREGATION = "aggregation"
    """Statistics over at least 25 people."""
    LIST = "list"
    """Rows of what both members have."""
    CUSTOM = "custom"
    """Queries that were approved one by one."""
    DIFFERENTIAL_PRIVACY = "differential-privacy"
    """Any statistics, with noise and a budget."""
