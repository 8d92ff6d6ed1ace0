"""The access budgets that a query draws on: one use of every table with such a budget.

Source: userguide/configure-data-access-budget.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction

from simulator.api.calls import now
from simulator.api.cleanrooms.query_asking import AskedQuery
from simulator.api.cleanrooms.spending import access_account, is_private, ledger
from simulator.api.store import Record, Store


@contextmanager
def charged_uses(store: Store, asked: AskedQuery) -> Iterator[None]:
    """Reserve a use of every limited table, also behind intermediate tables; give it back when the block fails.

    Raises:
        BudgetExhausted: A table has no use left.
    """
    templates = list(_templates(store, asked))
    if not templates:
        yield
        return
    books = ledger()
    reservations = books.reserve_all(
        [(access_account(each), Fraction(1)) for each in templates], now(), asked.request.sql
    )
    try:
        yield
    except BaseException:
        for reservation in reservations:
            books.release(reservation)
        raise
    for reservation in reservations:
        books.commit(reservation)


def _templates(store: Store, asked: AskedQuery) -> Iterator[Record]:
    arns = {arn for held in asked.used for arn in (held.resource.arn, *held.resource.hidden.get("base_arns", ()))}
    for template in store.of("privacy_budget_template"):
        if not is_private(template) and template.body["parameters"]["accessBudget"]["resourceArn"] in arns:
            yield template
