"""The example's room on an endpoint of the tests, with what it stands on."""

from __future__ import annotations

import pytest

from simulator.api.preloading import place_surroundings
from tests.components.provider.conftest import accounts, clients, environment, server
from tests.end_to_end.deployment.members import MEASUREMENT, Members
from tests.simulator.api.accounts import Accounts

__all__ = ("accounts", "clients", "environment", "server")


@pytest.fixture
def members(tmp_path_factory: pytest.TempPathFactory, accounts: Accounts) -> Members:
    """The three members of the measurement room, nobody of whom has deployed anything."""
    made = Members(tmp_path_factory.mktemp("members"), accounts.url, MEASUREMENT)
    place_surroundings(accounts.url, made.declared(), None)
    return made
