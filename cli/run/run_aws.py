"""One query on a room of AWS answered from the command line."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from functools import partial
from pathlib import Path

from cli.rooms.opening_aws import OpenedRoom
from cli.rooms.subject import Subject
from cli.run.answers import Answered
from cli.run.answers_aws import BudgetLeft, Left, UsesLeft, answer_document, answer_text
from cli.run.inputs import RunArguments, data_folder, exit_for, ledger_or_exit, open_ledger
from simulator.execution.errors import ExecutionError
from simulator.execution.loading.data import FolderData
from simulator.execution.private.privacy_settings import PrivacySettings
from simulator.execution.results import RunResult
from simulator.execution.running import run
from simulator.privacy.accounts import LedgerError
from simulator.privacy.budget import Aggregation
from simulator.privacy.ledger import Ledger
from simulator.room_budgets import access_budgets, payers, uses_left, with_uses_left
from simulator.sql.resolving import resolve_script


def run_or_exit(opened: OpenedRoom, subject: Subject, arguments: RunArguments) -> Answered:
    """Run *subject* on sample rows; print a mistake and exit with its code.

    Args:
        opened: The room.
        subject: The query or template.
        arguments: How it is to be run.
    """
    result = _run(opened, subject, arguments)
    left = Left() if arguments.dry_run else _left(opened, subject, arguments.ledger)
    return Answered(
        write=result.write,
        text=partial(answer_text, opened, subject, result, left),
        document=partial(answer_document, opened, subject, result, left),
    )


def _run(opened: OpenedRoom, subject: Subject, arguments: RunArguments) -> RunResult:
    rows = FolderData(data_folder(opened, arguments.data))
    paying, access = payers(opened.room, subject.request), access_budgets(opened.room)
    try:
        ledger = None if arguments.dry_run or not (paying or access) else open_ledger(opened, arguments.ledger)
        is_kept = arguments.ledger is None or arguments.ledger.exists()
        known = ledger or (ledger_or_exit(opened, arguments.ledger) if is_kept else None)
        request = with_uses_left(subject.request, access, known, datetime.now(UTC))
        return run(
            request,
            rows,
            privacy=paying,
            booking=arguments.booking(ledger, subject, access),
            source=arguments.source,
            options=arguments.options,
        )
    except (ExecutionError, LedgerError) as error:
        raise exit_for(opened, subject, error) from None


def _left(opened: OpenedRoom, subject: Subject, named: Path | None) -> Left:
    """Return what is left of every budget that *subject* draws on."""
    ledger, access, now = ledger_or_exit(opened, named), access_budgets(opened.room), datetime.now(UTC)
    read = [name.lower() for name in resolve_script(subject.request).tables()]
    return Left(
        privacy=tuple(_budget_left(settings, ledger, now) for settings in payers(opened.room, subject.request)),
        uses=tuple(UsesLeft(name, uses_left(access[name], ledger, now)) for name in read if name in access),
    )


def _budget_left(settings: PrivacySettings, ledger: Ledger | None, now: datetime) -> BudgetLeft:
    spent = ledger.spent(settings.account, now) if ledger else Fraction(0)
    model, epsilon, users = settings.model, settings.epsilon, settings.users_noise_per_query
    counts = {function.value: model.remaining_count(function, epsilon, users, spent) for function in Aggregation}
    return BudgetLeft(settings.owner, model.utility_used(epsilon, users, spent), counts)
