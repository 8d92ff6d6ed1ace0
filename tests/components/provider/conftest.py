"""A local endpoint, and stacks of the test engine that deploy to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pulumi_engine.stack import Stack
from tests.simulator.api.accounts import Accounts
from tests.simulator.api.conftest import accounts, clients, server

__all__ = ("accounts", "clients", "server")


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
