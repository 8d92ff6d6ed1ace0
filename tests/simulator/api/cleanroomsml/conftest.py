"""The fixtures of this folder."""

from __future__ import annotations

import pytest

from tests.simulator.api.accounts import Accounts
from tests.simulator.api.audiences import Audiences


@pytest.fixture
def audiences(accounts: Accounts) -> Audiences:
    """Clients and makers of audiences, on an endpoint that is empty."""
    return Audiences(accounts)
