"""One query on a room of BigQuery answered from the command line."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from cli.rooms.opening_bigquery import OpenedBigQueryRoom
from cli.rooms.subject import Subject
from cli.run.answers import Answered
from cli.run.answers_bigquery import ViewLeft, view_answer_document, view_answer_text
from cli.run.inputs import RunArguments, data_folder, exit_for, ledger_or_exit, open_ledger
from simulator.execution.errors import ExecutionError
from simulator.execution.loading.data import FolderData
from simulator.execution.views.results import ViewRunResult
from simulator.execution.views.running import run_on_views
from simulator.privacy.accounts import LedgerError
from simulator.views.budgets import view_budgets, with_budgets_left


def run_on_views_or_exit(opened: OpenedBigQueryRoom, subject: Subject, arguments: RunArguments) -> Answered:
    """Run *subject* on sample rows; print a mistake and exit with its code.

    Args:
        opened: The room.
        subject: The query.
        arguments: How it is to be run. A dry run charges nothing, and is judged by what the ledger says is left.
    """
    result = _run(opened, subject, arguments)
    left = _left(opened, result, arguments)
    return Answered(
        write=result.write,
        text=partial(view_answer_text, subject, result, left),
        document=partial(view_answer_document, opened, subject, result, left),
    )


def _run(opened: OpenedBigQueryRoom, subject: Subject, arguments: RunArguments) -> ViewRunResult:
    rows = FolderData(data_folder(opened, arguments.data))
    budgets = view_budgets(opened.room)
    try:
        ledger = None if arguments.dry_run or not budgets else open_ledger(opened, arguments.ledger)
        request = subject.request
        if ledger is None and budgets:
            known = ledger_or_exit(opened, arguments.ledger)
            request = with_budgets_left(request, budgets, known, datetime.now(UTC))
        return run_on_views(
            opened.room,
            request,
            rows,
            booking=arguments.booking(ledger, subject),
            source=arguments.source,
            options=arguments.options,
        )
    except (ExecutionError, LedgerError) as error:
        raise exit_for(opened, subject, error) from None


def _left(opened: OpenedBigQueryRoom, result: ViewRunResult, arguments: RunArguments) -> tuple[ViewLeft, ...]:
    """Return what is left of every budget that the run charged; nothing of a dry run."""
    if arguments.dry_run or not result.charges:
        return ()
    ledger, budgets = ledger_or_exit(opened, arguments.ledger), view_budgets(opened.room)
    names = [charge.view.name for charge in result.charges]
    return tuple(ViewLeft(name, *budgets[name].left(ledger, datetime.now(UTC))) for name in names)
