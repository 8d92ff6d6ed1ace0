"""The names of the resources of a member's share, the same in the Pulumi program and in its import file."""

from __future__ import annotations

import re
from typing import Final

COLLABORATION: Final = "collaboration"
"""The collaboration; there is one."""

MEMBERSHIP: Final = "membership"
"""The membership; there is one."""


def budget_name(table: str | None) -> str:
    """Return the name of a privacy budget template, which has none in the service.

    Args:
        table: The name of the table whose uses it limits; None for the budget of differential privacy.
    """
    return "privacy" if table is None else f"access-{table}"


def import_name(name: str) -> str:
    """Return a name for the import file, without characters that generated code could not use in a name."""
    return re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-")
