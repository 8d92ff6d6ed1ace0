"""A local endpoint, and stacks of the test engine that deploy to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.api.server import LocalServer
from tests.pulumi_engine.stack import Stack
from tests.simulator.api.accounts import Accounts


@pytest.fixture(scope="session")
def server() -> Iterator[LocalServer]:
    """One endpoint for the whole run."""
    running = LocalServer()
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def clients(server: LocalServer) -> Accounts:
    """Clients of any account, made once."""
    return Accounts(server.url)


@pytest.fixture
def accounts(clients: Accounts) -> Iterator[Accounts]:
    """The same, on an endpoint that is empty."""
    yield clients
    clients.forget()


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The credentials of an identity without an account of its own, and nothing else of this machine."""
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN", "CLEANROOMS_ALLOW_DESTROYING"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")


@pytest.fixture
def stack(tmp_path: Path, accounts: Accounts) -> Stack:
    """An empty stack, on an endpoint that is empty."""
    return Stack(tmp_path)
