"""The local endpoint and clients of several accounts on it."""

from __future__ import annotations

from tests.simulator.api.conftest import accounts, clients, server

__all__ = ("accounts", "clients", "server")
