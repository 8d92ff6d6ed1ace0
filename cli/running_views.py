"""One query on a room of BigQuery answered from the command line."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cli.opening import Subject
from cli.opening_bigquery import OpenedBigQueryRoom
from cli.running import data_folder, ledger_or_exit, open_ledger, refuse, source_of
from simulator.execution.data import FolderData
from simulator.execution.errors import ExecutionError
from simulator.execution.limits import UNHURRIED, limits_from
from simulator.execution.views.results import ViewRunResult
from simulator.execution.views.running import run_on_views
from simulator.privacy.accounts import LedgerError
from simulator.view_budgets import view_budgets, with_budgets_left

if TYPE_CHECKING:
    from cli.run import Asked


@dataclass(frozen=True, slots=True)
class ViewLeft:
    """What the budget of a view holds after a run.

    Attributes:
        view: Path of the view.
        epsilon: ε left.
        delta: δ left.
    """

    view: str
    epsilon: float
    delta: float


def answer_on_views(opened: OpenedBigQueryRoom, subject: Subject, asked: Asked) -> ViewRunResult:
    """Run *subject* on sample rows; print a mistake and exit with its code.

    A dry run charges nothing, and is judged by what the ledger says is left.
    """
    rows = FolderData(data_folder(opened, asked.data))
    budgets = view_budgets(opened.room)
    try:
        books = None if asked.dry_run or not budgets else open_ledger(opened, asked.ledger)
        request = subject.request
        if books is None and budgets:
            known = ledger_or_exit(opened, asked.ledger)
            request = with_budgets_left(request, budgets, known, datetime.now(UTC))
        return run_on_views(
            opened.room,
            request,
            rows,
            ledger=books,
            source=source_of(asked.seed),
            exact=asked.exact,
            limits=limits_from(os.environ, UNHURRIED),
            name=subject.name,
        )
    except (ExecutionError, LedgerError) as error:
        raise refuse(opened, subject, error) from None


def views_left(opened: OpenedBigQueryRoom, result: ViewRunResult, asked: Asked) -> tuple[ViewLeft, ...]:
    """Return what is left of every budget that the run charged; nothing of a dry run."""
    if asked.dry_run or not result.charges:
        return ()
    books, budgets = ledger_or_exit(opened, asked.ledger), view_budgets(opened.room)
    names = [charge.view.name for charge in result.charges]
    return tuple(ViewLeft(name, *budgets[name].left(books, datetime.now(UTC))) for name in names)
