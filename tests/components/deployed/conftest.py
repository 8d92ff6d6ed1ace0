"""The test engine over the local endpoint."""

from __future__ import annotations

from tests.components.provider.conftest import accounts, clients, environment, server, stack

__all__ = ("accounts", "clients", "environment", "server", "stack")
