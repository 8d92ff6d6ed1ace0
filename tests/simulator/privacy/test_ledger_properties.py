"""No sequence of steps overspends: random ones, compared with a plain model of the books."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    precondition,
    rule,
)

from simulator.privacy.accounts import Account, BudgetExhausted, BudgetKind, Limit, Reservation, ReservationClosed
from simulator.privacy.ledger import Ledger
from simulator.privacy.periods import Period, period_start


class Books(RuleBasedStateMachine):
    """A monthly privacy budget and a weekly-and-lifetime access budget, in one ledger."""

    reservations: Bundle[Reservation] = Bundle("reservations")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.ledger = Ledger(Path(self.folder.name) / "ledger.sqlite")
        self.now = datetime(2026, 1, 20, tzinfo=UTC)
        self.granted = Fraction(1, 3)
        self.counting: dict[int, Reservation] = {}
        self.committed: set[int] = set()
        self.before_deletion: set[int] = set()

    def teardown(self) -> None:
        self.folder.cleanup()

    @property
    def privacy(self) -> Account:
        limit = Limit(Period.CALENDAR_MONTH, self.granted)
        return Account("room", "111111111111", "privacy", BudgetKind.DIFFERENTIAL_PRIVACY, (limit,))

    access = Account(
        "room",
        "111111111111",
        "table:t",
        BudgetKind.ACCESS_BUDGET,
        (Limit(Period.CALENDAR_WEEK, Fraction(3)), Limit(Period.LIFETIME, Fraction(7))),
    )

    def model(self, account: Account, limit: Limit) -> Fraction:
        start = period_start(limit.period, self.now)
        return sum(
            (
                one.amount
                for one in self.counting.values()
                if one.account.kind is account.kind and one.at >= start and one.entry not in self.before_deletion
            ),
            Fraction(0),
        )

    @rule(target=reservations, amount=st.fractions(min_value=Fraction(1, 50), max_value=Fraction(1, 5)))
    def reserve_loss(self, amount: Fraction) -> MultipleResults[Reservation]:
        return self.reserve(self.privacy, amount)

    @rule(target=reservations, amount=st.integers(1, 2))
    def reserve_uses(self, amount: int) -> MultipleResults[Reservation]:
        return self.reserve(self.access, Fraction(amount))

    def reserve(self, account: Account, amount: Fraction) -> MultipleResults[Reservation]:
        step = account.kind.step
        fits = all(
            self.model(account, limit) + -(-amount // step) * step <= limit.amount // step * step
            for limit in account.limits
        )
        try:
            (reservation,) = self.ledger.reserve_all([(account, amount)], self.now)
        except BudgetExhausted:
            assert not fits
            return multiple()
        assert fits
        assert amount <= reservation.amount < amount + step
        self.counting[reservation.entry] = reservation
        return multiple(reservation)

    @rule(reservation=reservations)
    def commit(self, reservation: Reservation) -> None:
        if reservation.entry in self.counting:
            self.ledger.commit(reservation)
            self.committed.add(reservation.entry)

    @rule(reservation=consumes(reservations))
    def release(self, reservation: Reservation) -> None:
        if reservation.entry not in self.counting:
            return
        try:
            self.ledger.release(reservation)
        except ReservationClosed:
            assert reservation.entry in self.committed
        else:
            assert reservation.entry not in self.committed
            del self.counting[reservation.entry]

    @rule(hours=st.integers(1, 24 * 40))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(by=st.fractions(min_value=0, max_value=Fraction(1, 4)))
    def raise_budget(self, by: Fraction) -> None:
        self.granted += by

    @precondition(lambda self: self.counting)
    @rule()
    def delete(self) -> None:
        self.ledger.delete(self.privacy)
        self.before_deletion |= {
            entry for entry, one in self.counting.items() if one.account.kind is BudgetKind.DIFFERENTIAL_PRIVACY
        }

    @rule()
    def reopen(self) -> None:
        self.ledger = Ledger(self.ledger.path)

    @invariant()
    def the_ledger_agrees_with_the_model(self) -> None:
        for account in (self.privacy, self.access):
            assert self.ledger.spent(account, self.now) == self.model(account, account.limits[0])
            left = min(
                limit.amount // account.kind.step * account.kind.step - self.model(account, limit)
                for limit in account.limits
            )
            assert left >= 0, "overspent"
            assert self.ledger.remaining(account, self.now) == left

    @invariant()
    def totals_never_forget(self) -> None:
        expected = sum((one.amount for one in self.counting.values()), Fraction(0))
        assert sum((total.spent for total in self.ledger.totals()), Fraction(0)) == expected


TestBooks = Books.TestCase
TestBooks.settings = settings(max_examples=15, stateful_step_count=20, suppress_health_check=[HealthCheck.too_slow])
