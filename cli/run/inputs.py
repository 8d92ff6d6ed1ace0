"""What running a query takes from the command line, of either cloud: rows, ledger, noise, and how a refusal ends."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import typer

from cli.console.ending import fail
from cli.console.exit_codes import ExitCode
from cli.console.terminal import wrapped
from cli.console.verdicts import finding_text
from cli.rooms.opening import AnyRoom
from cli.rooms.subject import Subject
from simulator.checks.insufficient_privacy_budget import insufficient_privacy_budget
from simulator.execution.charging import Booking
from simulator.execution.engines.limits import EngineLimits, limits_from
from simulator.execution.errors import DataError, ExecutionError, NotAllowedError
from simulator.execution.options import RunOptions
from simulator.privacy.accounts import Account, BudgetExhausted, LedgerError
from simulator.privacy.ledger import Ledger
from simulator.privacy.rng import RandomSource, secure, seeded

LEDGER_FILE = Path(".cleanroom") / "ledger.sqlite"
"""Where a room's spent budget is kept, below its folder."""


@dataclass(frozen=True, slots=True)
class RunArguments:
    """How a query is to be run.

    Attributes:
        data: Folder of the rows; None looks in and beside the room's folder.
        seed: Seed of the noise; None takes the operating system's randomness.
        ledger: The ledger's file; None is the room's own.
        dry_run: Charge nothing.
        exact: Compute the noiseless answer, too.
        refund_failed: Charge no run that fails, even if it had begun to read rows.
    """

    data: Path | None
    seed: int | None
    ledger: Path | None
    dry_run: bool
    exact: bool
    refund_failed: bool

    @property
    def source(self) -> RandomSource:
        """Where noise comes from: the operating system, or a seed."""
        return secure() if self.seed is None else seeded(self.seed)

    @property
    def options(self) -> RunOptions:
        """What the run computes, and what it may take of the machine."""
        return RunOptions(self.exact, bias=True, limits=limits_from(os.environ, EngineLimits()))

    def booking(
        self, ledger: Ledger | None, subject: Subject, access: Mapping[str, Account] | None = None
    ) -> Booking | None:
        """Return how the run of *subject* is booked in *ledger*; None books nothing."""
        if ledger is None:
            return None
        return Booking(ledger, subject.name, access or {}, charge_failed=not self.refund_failed)


def exit_for(opened: AnyRoom, subject: Subject, error: ExecutionError | LedgerError) -> typer.Exit:
    """Print why a query was not answered; return the exit to raise."""
    if isinstance(error, NotAllowedError):
        _print_refusal(opened, subject, error)
        checks = {finding.check for finding in error.verdict.findings}
        return typer.Exit(ExitCode.BUDGET if checks == {insufficient_privacy_budget.__name__} else ExitCode.DENIED)
    typer.echo(wrapped(str(error), ""), err=True)
    if isinstance(error, BudgetExhausted):
        if error.service_message:
            typer.echo(wrapped(f"{opened.cloud} says: {error.service_message}", ""), err=True)
        return typer.Exit(ExitCode.BUDGET)
    return typer.Exit(ExitCode.INPUT if isinstance(error, (DataError, LedgerError)) else ExitCode.EXECUTION)


def data_folder(opened: AnyRoom, named: Path | None) -> Path:
    """Return the folder of sample rows: the one *named*, else `data` in the room's folder or beside it."""
    if named is not None:
        if named.is_dir():
            return named
        wrong = "not a folder" if named.exists() else "not there"
        fail(wrapped(f"--data: {named} is {wrong}", ""))
    folder = opened.loaded.folder
    candidates = (folder / "data", folder.resolve().parent / "data")
    found = next((candidate for candidate in candidates if candidate.is_dir()), None)
    if found is None:
        looked = " and ".join(str(candidate) for candidate in candidates)
        fail(wrapped(f"there is no folder of sample rows (looked for {looked}); name one with --data DIR", ""))
    return found


def open_ledger(opened: AnyRoom, named: Path | None) -> Ledger:
    """Open the ledger: the file *named*, else the room's own, which is made when it is not there."""
    path = named or opened.loaded.folder / LEDGER_FILE
    if named is None:
        _make_own_folder(path.parent)
    return Ledger(path)


def _make_own_folder(folder: Path) -> None:
    """Make the folder of what a room keeps on one machine, which git is told to leave out.

    A ledger that is committed comes back with every checkout of that commit, and with it a budget that is spent.
    """
    ignored = folder / ".gitignore"
    try:
        folder.mkdir(exist_ok=True)
        if not ignored.exists():
            ignored.write_text("*\n")
    except OSError as error:
        raise LedgerError(f"cannot keep a ledger in {folder}: {error.strerror}; name a --ledger FILE") from None


def ledger_or_exit(opened: AnyRoom, named: Path | None) -> Ledger | None:
    """Open the ledger for reading; None when nothing was ever charged. A file that is not a ledger ends the command."""
    path = named or opened.loaded.folder / LEDGER_FILE
    if not path.exists():
        if named is None:
            return None
        fail(f"--ledger: {named} is not there; it is made by the first run that is charged")
    try:
        return Ledger(path)
    except LedgerError as error:
        fail(str(error))


def _print_refusal(opened: AnyRoom, subject: Subject, error: NotAllowedError) -> None:
    typer.echo(f"{subject.name} is {error.verdict.outcome.value}, so it was not run\n", err=True)
    for finding in error.verdict.findings:
        owner = opened.member(finding.owner) if finding.owner else None
        typer.echo(finding_text(finding, subject.request.sql, subject.place, owner, opened.cloud) + "\n", err=True)
