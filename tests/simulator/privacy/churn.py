"""A process that reserves, commits, releases and refreshes at random, and looks at the books after every step.

Usage: churn.py LEDGER SEED STEPS: ends with 1, and says why, as soon as a limit is overspent.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

from simulator.privacy.accounts import Account, BudgetExhausted, BudgetKind, Entry, EntryState, Limit, Reservation
from simulator.privacy.ledger import Ledger
from simulator.privacy.ledger_file import Access, transaction
from simulator.privacy.periods import BEGINNING, Period, period_start

START = datetime(2026, 1, 20, tzinfo=UTC)
MONTHLY = Account(
    "room",
    "111111111111",
    "privacy",
    BudgetKind.DIFFERENTIAL_PRIVACY,
    (Limit(Period.CALENDAR_MONTH, Fraction(1, 3)),),
)
BY_HAND = Account(
    "room",
    "111111111111",
    "table",
    BudgetKind.ACCESS_BUDGET,
    (Limit(Period.CALENDAR_DAY, Fraction(5), auto_refresh=False),),
)


def check(ledger: Ledger) -> None:
    """End the process when more is reserved and committed than a month, or the time between two refreshes, grants."""
    months: dict[datetime, Fraction] = {}
    for entry in counting(ledger, MONTHLY):
        month = period_start(Period.CALENDAR_MONTH, entry.at)
        months[month] = months.get(month, Fraction(0)) + entry.amount
    # Uses are read before refreshes: one that was allowed by a refresh must not be looked at without it.
    used = counting(ledger, BY_HAND)
    with transaction(ledger.path, Access.READ) as connection:
        refreshed = [BEGINNING + timedelta(microseconds=at) for (at,) in connection.execute("SELECT at FROM refreshes")]
    uses = Counter(sum(at <= entry.at for at in refreshed) for entry in used)
    if any(spent > MONTHLY.limits[0].amount for spent in months.values()) or any(spent > 5 for spent in uses.values()):
        sys.exit(f"overspent: {months} {uses}")


def counting(ledger: Ledger, account: Account) -> list[Entry]:
    """Return the entries that count as spent."""
    return [entry for entry in ledger.history(account) if entry.state is not EntryState.RELEASED]


def main() -> None:
    """Take random steps."""
    ledger, chance = Ledger(Path(sys.argv[1])), random.Random(int(sys.argv[2]))  # noqa: S311 - not for noise
    held: list[Reservation] = []
    done: Counter[str] = Counter()
    for _ in range(int(sys.argv[3])):
        at = START + timedelta(hours=chance.randrange(24 * 60))
        step = chance.choice(("loss", "loss", "use", "use", "commit", "release", "release", "refresh"))
        with suppress(BudgetExhausted):
            if step == "loss":
                held += ledger.reserve_all([(MONTHLY, Fraction(chance.randrange(1, 20), 100))], at)
            elif step == "use":
                held += ledger.reserve_all([(BY_HAND, 1)], datetime.now(UTC))
            elif step == "refresh":
                ledger.refresh(BY_HAND, datetime.now(UTC))
            elif held:
                settle = ledger.commit if step == "commit" else ledger.release
                settle(held.pop(chance.randrange(len(held))))
            done[step] += 1
        check(ledger)
    print(dict(done))  # noqa: T201 - what the test reads


if __name__ == "__main__":
    main()
