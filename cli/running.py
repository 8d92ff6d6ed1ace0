"""One query answered from the command line: find the rows and the budget, run, and say what went wrong."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import typer

from cli.ending import fail
from cli.exit_codes import ExitCode
from cli.opening import OpenedRoom, Subject
from cli.opening_bigquery import OpenedBigQueryRoom
from cli.rendering import finding_text, wrapped
from simulator.checks.insufficient_privacy_budget import insufficient_privacy_budget
from simulator.execution.data import FolderData
from simulator.execution.errors import DataError, ExecutionError, NotAllowedError
from simulator.execution.limits import UNHURRIED, limits_from
from simulator.execution.privacy_settings import PrivacySettings
from simulator.execution.results import RunResult
from simulator.execution.running import run
from simulator.privacy.accounts import BudgetExhausted, LedgerError
from simulator.privacy.budget import Aggregation
from simulator.privacy.ledger import Ledger
from simulator.privacy.rng import RandomSource, secure, seeded
from simulator.room_budgets import access_budgets, payers, uses_left, with_uses_left
from simulator.sql.resolving import resolve_script

LEDGER_FILE = Path(".cleanroom") / "ledger.sqlite"
"""Where a room's spent budget is kept, below its folder."""

EXAMPLE_ROWS = Path("examples", "complete_journey", "data")
"""The rows of the example: they are made, not kept in the repository."""


def answer(
    opened: OpenedRoom,
    subject: Subject,
    *,
    data: Path | None,
    seed: int | None,
    ledger: Path | None,
    dry_run: bool,
    exact: bool,
) -> RunResult:
    """Run *subject* on sample rows; print a mistake and exit with its code.

    Args:
        opened: The room.
        subject: The query or template.
        data: Folder of the rows; None looks in and beside the room's folder.
        seed: Seed of the noise; None takes the operating system's randomness.
        ledger: The ledger's file; None is the room's own.
        dry_run: Charge nothing.
        exact: Compute the noiseless answer, too.
    """
    rows = FolderData(data_folder(opened, data))
    paying, access = payers(opened.room, subject.request), access_budgets(opened.room)
    try:
        books = None if dry_run or not (paying or access) else open_ledger(opened, ledger)
        known = books or (ledger_or_exit(opened, ledger) if ledger is None or ledger.exists() else None)
        request = with_uses_left(subject.request, access, known, datetime.now(UTC))
        return run(
            request,
            rows,
            privacy=paying,
            access=access,
            ledger=books,
            source=source_of(seed),
            exact=exact,
            limits=limits_from(os.environ, UNHURRIED),
            name=subject.name,
        )
    except (ExecutionError, LedgerError) as error:
        raise refuse(opened, subject, error) from None


def refuse(
    opened: OpenedRoom | OpenedBigQueryRoom, subject: Subject, error: ExecutionError | LedgerError
) -> typer.Exit:
    """Print why a query was not answered; return the exit to raise."""
    if isinstance(error, NotAllowedError):
        _print_refusal(opened, subject, error)
        checks = {finding.check for finding in error.verdict.findings}
        return typer.Exit(ExitCode.BUDGET if checks == {insufficient_privacy_budget.__name__} else ExitCode.DENIED)
    typer.echo(wrapped(str(error), ""), err=True)
    if isinstance(error, BudgetExhausted):
        if error.service_message:
            cloud = "AWS" if isinstance(opened, OpenedRoom) else "BigQuery"
            typer.echo(wrapped(f"{cloud} says: {error.service_message}", ""), err=True)
        return typer.Exit(ExitCode.BUDGET)
    return typer.Exit(ExitCode.INPUT if isinstance(error, (DataError, LedgerError)) else ExitCode.EXECUTION)


@dataclass(frozen=True, slots=True)
class BudgetLeft:
    """What a budget holds after a run.

    Attributes:
        owner: Account id of the member whose budget it is.
        spent_percent: Share of the budget that is used, 0 to 100.
        remaining: Aggregate function to how many more of it alone the budget carries.
    """

    owner: str
    spent_percent: int
    remaining: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class UsesLeft:
    """What the access budget of one table holds after a run.

    Attributes:
        table: The table.
        uses: Uses left: the lower remainder of period and lifetime.
    """

    table: str
    uses: int


def budgets_left(opened: OpenedRoom, subject: Subject, ledger: Path | None) -> tuple[BudgetLeft, ...]:
    """Return what is left of every privacy budget that *subject* draws on."""
    books = ledger_or_exit(opened, ledger)
    return tuple(_left(settings, books) for settings in payers(opened.room, subject.request))


def uses_left_of(opened: OpenedRoom, subject: Subject, ledger: Path | None) -> tuple[UsesLeft, ...]:
    """Return what is left of the access budget of every table that *subject* reads."""
    access = access_budgets(opened.room)
    books, now = ledger_or_exit(opened, ledger), datetime.now(UTC)
    names = [name.lower() for name in resolve_script(subject.request).tables()]
    return tuple(UsesLeft(name, uses_left(access[name], books, now)) for name in names if name in access)


def _left(settings: PrivacySettings, books: Ledger | None) -> BudgetLeft:
    spent = books.spent(settings.account, datetime.now(UTC)) if books else Fraction(0)
    model, epsilon, users = settings.model, settings.epsilon, settings.users_noise_per_query
    counts = {function.value: model.remaining_count(function, epsilon, users, spent) for function in Aggregation}
    return BudgetLeft(settings.owner, model.utility_used(epsilon, users, spent), counts)


def data_folder(opened: OpenedRoom | OpenedBigQueryRoom, named: Path | None) -> Path:
    """Return the folder of sample rows: the one *named*, else `data` in the room's folder or beside it."""
    if named is not None:
        if named.is_dir():
            return named
        wrong = "not a folder" if named.exists() else "not there"
        fail(wrapped(f"--data: {named} is {wrong}{_maker((named,))}", ""))
    folder = opened.loaded.folder
    candidates = (folder / "data", folder.resolve().parent / "data")
    found = next((candidate for candidate in candidates if candidate.is_dir()), None)
    if found is None:
        looked = " and ".join(str(candidate) for candidate in candidates)
        told = f"there is no folder of sample rows (looked for {looked}){_maker(candidates)}; name one with --data DIR"
        fail(wrapped(told, ""))
    return found


def _maker(folders: Iterable[Path]) -> str:
    """Say what makes the rows of the example, which no clone of the repository holds."""
    of_example = any(folder.resolve().parts[-len(EXAMPLE_ROWS.parts) :] == EXAMPLE_ROWS.parts for folder in folders)
    return (
        "; `make demo`, or python -m examples.complete_journey.prepare, makes the example's rows" if of_example else ""
    )


def open_ledger(opened: OpenedRoom | OpenedBigQueryRoom, named: Path | None) -> Ledger:
    """Open the ledger: the file *named*, else the room's own, which is made when it is not there."""
    path = named or opened.loaded.folder / LEDGER_FILE
    if named is None:
        try:
            path.parent.mkdir(exist_ok=True)
        except OSError as error:
            raise LedgerError(f"cannot make the folder {path.parent}: {error.strerror}; name a --ledger FILE") from None
    return Ledger(path)


def ledger_or_exit(opened: OpenedRoom | OpenedBigQueryRoom, named: Path | None) -> Ledger | None:
    """Open the ledger for reading; None when nothing was ever charged. A file that is no ledger ends the command."""
    path = named or opened.loaded.folder / LEDGER_FILE
    if not path.exists():
        if named is None:
            return None
        fail(f"--ledger: {named} is not there; it is made by the first run that is charged")
    try:
        return Ledger(path)
    except LedgerError as error:
        fail(str(error))


def source_of(seed: int | None) -> RandomSource:
    """Return where noise comes from: the operating system, or a seed."""
    return secure() if seed is None else seeded(seed)


def _print_refusal(opened: OpenedRoom | OpenedBigQueryRoom, subject: Subject, error: NotAllowedError) -> None:
    typer.echo(f"{subject.name} is {error.verdict.outcome.value}, so it was not run\n", err=True)
    for finding in error.verdict.findings:
        owner = opened.member(finding.owner) if finding.owner else None
        typer.echo(finding_text(finding, subject.request.sql, subject.place, owner) + "\n", err=True)
