"""The access budgets that a job draws on: reserved when it is accepted, spent or refunded when it ends.

Source: userguide/configure-data-access-budget.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from fractions import Fraction

from simulator.api.cleanrooms.query_charging import limiting_templates
from simulator.api.cleanrooms.spending import access_account, ledger
from simulator.api.cleanrooms.tables import RoomTable
from simulator.api.errors import invalid
from simulator.api.store import Store
from simulator.privacy.accounts import BudgetExhausted, Reservation


def reserve_uses(store: Store, used: Iterable[RoomTable], note: str, at: datetime) -> dict[str, int]:
    """Reserve one use of every table with an access budget, for all of them or none.

    Args:
        store: The store of the templates.
        used: The tables of the job.
        note: The job's note in the ledger.
        at: Now.

    Returns:
        The number of the ledger entry, by the id of the budget template.

    Raises:
        ApiError: ValidationException: a table has no use left.
    """
    templates = list(limiting_templates(store, used))
    charges = [(access_account(each), Fraction(1)) for each in templates]
    try:
        reservations = ledger().reserve_all(charges, at, note) if charges else ()
    except BudgetExhausted as error:
        raise invalid(f"the access budget is not enough for the job: {error}") from None
    return {template.id: each.entry for template, each in zip(templates, reservations, strict=True)}


def settle_uses(store: Store, uses: Mapping[str, int], at: datetime, *, spent: bool) -> None:
    """Commit or release the reservations of a job; those of a deleted budget are skipped.

    Args:
        store: The store of the templates.
        uses: What `reserve_uses` returned.
        at: Now.
        spent: Whether the job has delivered a result.
    """
    books = ledger()
    close = books.commit if spent else books.release
    for template_id, entry in uses.items():
        template = store.get("privacy_budget_template", template_id)
        if template is not None:
            close(Reservation(entry, access_account(template), Fraction(1), at))
