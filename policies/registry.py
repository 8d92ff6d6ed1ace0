"""The baseline pack, in the order in which it is shown."""

from __future__ import annotations

from policies.collaboration import unlogged_queries
from policies.policy import Policy

POLICIES: tuple[Policy, ...] = (unlogged_queries.POLICY,)
"""Every policy of the baseline pack."""
