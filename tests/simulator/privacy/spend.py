"""A process that spends from a ledger and tells on standard output what it released: killed by the tests.

Usage: spend.py LEDGER ROUNDS LIMIT [DIE_AT]: at most ROUNDS answers from a lifetime budget of LIMIT uses, one printed
line each; with DIE_AT the process kills itself at that step of its third round.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

from simulator.privacy.accounts import Account, BudgetExhausted, BudgetKind, Limit
from simulator.privacy.ledger import Ledger
from simulator.privacy.ledger_file import transaction
from simulator.privacy.periods import Period

DOOMED_ROUND = 2
STEPS = ("before_reserve", "inside_transaction", "after_reserve", "after_answer", "after_commit")


def account(limit: int) -> Account:
    """The budget that all processes share."""
    return Account("room", "111111111111", "t", BudgetKind.ACCESS_BUDGET, (Limit(Period.LIFETIME, Fraction(limit)),))


def main() -> None:
    """Spend."""
    path, rounds, limit = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    die_at = sys.argv[4] if len(sys.argv) > 4 else ""
    ledger = Ledger(path)
    for number in range(rounds):

        def step(name: str, number: int = number) -> None:
            if number == DOOMED_ROUND and name == die_at:
                os.kill(os.getpid(), signal.SIGKILL)

        step("before_reserve")
        if die_at == "inside_transaction" and number == DOOMED_ROUND:
            with transaction(path) as connection:
                connection.execute("UPDATE entries SET state = 'released'")
                step("inside_transaction")
        try:
            (reservation,) = ledger.reserve_all([(account(limit), 1)], datetime.now(UTC))
        except BudgetExhausted:
            return
        step("after_reserve")
        print(f"answer {reservation.entry}", flush=True)  # noqa: T201 - what the tests read
        step("after_answer")
        ledger.commit(reservation)
        step("after_commit")


if __name__ == "__main__":
    main()
