"""What the resources of a member's share are called, in the program and in the file that imports them: the same."""

from __future__ import annotations

import re
from typing import Final

COLLABORATION: Final = "collaboration"
"""The collaboration; there is one."""

MEMBERSHIP: Final = "membership"
"""The membership; there is one."""


def budget_name(table: str | None) -> str:
    """Return what a privacy budget template is called, which has no name in the service.

    Args:
        table: The name of the table whose uses it limits; None for the budget of differential privacy.
    """
    return "privacy" if table is None else f"access-{table}"


def import_name(name: str) -> str:
    """Return a name as the import file writes it: with nothing that the code for it could not be called."""
    return re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-")
