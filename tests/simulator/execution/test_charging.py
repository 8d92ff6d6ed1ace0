"""What is charged for a run that somebody stops."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from simulator.execution.charging import Booking, charging
from simulator.privacy.accounts import Account
from simulator.privacy.ledger import Ledger
from simulator.room_budgets import budgets
from tests.plan_rooms import OWNER, room


def _interrupt(booking: Booking, account: Account, *, looked: bool) -> None:
    with charging(booking, [(account, Fraction(1, 1000))], "users") as state:
        state.looked = looked
        raise KeyboardInterrupt


@pytest.mark.parametrize("charge_failed", [True, False])
@pytest.mark.parametrize("looked", [True, False])
def test_an_interrupted_run_says_whether_it_is_charged(
    tmp_path: Path,
    looked: bool,  # noqa: FBT001 - a case
    charge_failed: bool,  # noqa: FBT001 - a case
) -> None:
    ledger, account = Ledger(tmp_path / "ledger.sqlite"), budgets(room())[OWNER].account
    with pytest.raises(KeyboardInterrupt) as stopped:
        _interrupt(Booking(ledger, charge_failed=charge_failed), account, looked=looked)
    charges = looked and charge_failed
    told = "this run is charged, for it had begun to read rows" if charges else "this run is not charged"
    assert stopped.value.__notes__ == [told]
    assert (ledger.spent(account, datetime.now(UTC)) > 0) is charges
