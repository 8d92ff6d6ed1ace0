"""The access budgets that a query draws on: one use of every table with such a budget.

Source: userguide/configure-data-access-budget.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction

from simulator.api.calls import now
from simulator.api.cleanrooms.query_asking import AskedQuery
from simulator.api.cleanrooms.spending import access_account, is_privacy_template, ledger
from simulator.api.cleanrooms.tables import RoomTable
from simulator.api.store import Record, Store
from simulator.privacy.query_note import query_note


@contextmanager
def reserved_uses(store: Store, asked: AskedQuery) -> Iterator[Callable[[], None]]:
    """Reserve one use of every table with an access budget, base tables included; yield a function that spends them.

    If the block ends without calling it, the uses are refunded; after the call they are spent, whatever happens.

    Raises:
        BudgetExhausted: A table has no use left.
    """
    templates = list(limiting_templates(store, asked.used))
    if not templates:
        yield lambda: None
        return
    books = ledger()
    note = query_note(asked.request.sql, asked.request.template_arn)
    reservations = books.reserve_all([(access_account(each), Fraction(1)) for each in templates], now(), note)
    spent = False

    def spend() -> None:
        nonlocal spent
        spent = True
        for reservation in reservations:
            books.commit(reservation)

    try:
        yield spend
    finally:
        if not spent:
            for reservation in reservations:
                books.release(reservation)


def limiting_templates(store: Store, used: Iterable[RoomTable]) -> Iterator[Record]:
    """Yield the access budget templates of tables, and of the base tables of intermediate tables."""
    arns = {arn for held in used for arn in (held.resource.arn, *held.resource.hidden.get("base_arns", ()))}
    for template in store.of("privacy_budget_template"):
        if not is_privacy_template(template) and template.body["parameters"]["accessBudget"]["resourceArn"] in arns:
            yield template
