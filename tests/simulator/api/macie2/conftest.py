"""What the tests of Macie share: an account with a bucket, and jobs that are followed to their end."""

from __future__ import annotations

import pytest

from tests.simulator.api.accounts import Accounts
from tests.simulator.api.macie2.jobs import Lake


@pytest.fixture
def lake(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> Lake:
    """An empty bucket and an account that looks into it; runs end as soon as they can."""
    monkeypatch.setattr("simulator.api.macie2.job_running.SHORTEST_RUN", 0)
    return Lake(accounts)
