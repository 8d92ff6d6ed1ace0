"""How long tests wait for what has to come: so long that no loaded machine is taken for a hanging endpoint."""

from __future__ import annotations

PATIENCE = 120.0
"""Seconds. What is waited for takes less than one on an idle machine."""
