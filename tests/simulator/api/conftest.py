"""An endpoint for the tests of this folder, and clients of several accounts on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.api.server import LocalServer
from tests.simulator.api.accounts import Accounts


@pytest.fixture(scope="session")
def server() -> Iterator[LocalServer]:
    """One endpoint for the whole run, in this process, spoken to over HTTP."""
    running = LocalServer()
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def clients(server: LocalServer) -> Accounts:
    """Clients of any account; they are made once, because making one takes long."""
    return Accounts(server.url)


@pytest.fixture
def accounts(clients: Accounts) -> Iterator[Accounts]:
    """The same, on an endpoint that is empty."""
    clients.remember()
    yield clients
    clients.forget()
