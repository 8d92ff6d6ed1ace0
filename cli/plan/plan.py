"""`cleanroom plan`: when which budget runs out, how wrong the numbers will be, what it costs, which is enough."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console.ending import fail, problems_told
from cli.console.exit_codes import ExitCode
from cli.console.options import Format, FormatOption, RoomArgument
from simulator.plans.draws import PATHS, SEED
from simulator.plans.modes import Mode

if TYPE_CHECKING:
    from cli.rooms.opening import AnyRoom
    from declarations.loading.plan import LoadedPlan
    from simulator.plans.budgets import Spent
    from simulator.plans.forecast import Listener
    from simulator.plans.outcomes import Forecast

    Opened = Mapping[str | None, AnyRoom]

_FEWEST_PATHS, _MOST_PATHS = 100, 1_000_000


def plan(
    room: RoomArgument,
    file: Annotated[
        Path | None, typer.Argument(metavar="[PLAN]", help="The plan. [ROOM/plan.yaml]", show_default=False)
    ] = None,
    mode: Annotated[
        Mode, typer.Option(help="aws: published prices; audit: what our mechanisms really spend.")
    ] = Mode.AWS,
    data: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Sample rows: measure groups and bias in pilot runs.")
    ] = None,
    picture: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw the plan into this .svg or .png file; folders are made.")
    ] = None,
    paths: Annotated[
        int, typer.Option(min=_FEWEST_PATHS, max=_MOST_PATHS, help="Paths to play when frequencies are random.")
    ] = PATHS,
    seed: Annotated[int, typer.Option(min=0, help="Seed of random moments and pilot runs.")] = SEED,
    ledger: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Begin with the budgets of this ledger. [full budgets]"),
    ] = None,
    output: FormatOption = Format.TEXT,
) -> None:
    """Play a plan of queries forward.

    Nothing is charged, and without --data no row is read.

    Ctrl-C (or SIGTERM) ends a long simulation early and prints what is known so far.

    Example: cleanroom plan examples/complete_journey/measurement --picture plan.svg

    Exit codes: 0 the budgets are enough, 1 a planned query is not allowed, 2 files are wrong, 3 a budget refuses a
    planned query, 4 the rules on one cannot be enforced here, 130 interrupted.
    """
    from cli.plan.pictures import check_picture
    from cli.plan.report import report

    if picture is not None:
        check_picture(picture)
    loaded, opened = _load(room, file)
    with _stoppable(), _listening() as listener:
        found = _forecast(loaded, opened, listener, mode=mode, data=data, paths=paths, seed=seed, ledger=ledger)
    if output is Format.JSON:
        import json

        from cli.plan.document import document

        typer.echo(json.dumps(document(found, loaded, opened), indent=2, allow_nan=False))
    else:
        typer.echo(report(found, loaded, opened))
    if picture is not None:
        from cli.plan.pictures import draw

        draw(found, loaded, opened, picture)
    if found.interrupted:
        fail("interrupted; the answer above covers only the paths played so far", ExitCode.INTERRUPTED)
    raise typer.Exit(ExitCode.OK if found.is_carried else ExitCode.BUDGET)


def _load(room: Path, file: Path | None) -> tuple[LoadedPlan, Opened]:
    """Read the plan and its rooms; print a mistake and exit."""
    from cli.rooms.opening import load_any_or_exit
    from declarations.loading.plan import check_names, load_plan

    first = load_any_or_exit(room)
    with problems_told():
        loaded = load_plan(file or first.loaded.folder)
        opened: dict[str | None, AnyRoom] = {None: first}
        for name in loaded.plan.rooms:
            opened[name] = load_any_or_exit(loaded.folder_of(name))
        check_names(loaded, {name: each.names for name, each in opened.items()})
    return loaded, opened


def _forecast(
    loaded: LoadedPlan,
    opened: Opened,
    listener: Listener,
    *,
    mode: Mode,
    data: Path | None,
    paths: int,
    seed: int,
    ledger: Path | None,
) -> Forecast:
    from cli.rooms.opening import find_or_exit
    from cli.run.inputs import data_folder, exit_for
    from simulator.execution.loading.data import FolderData
    from simulator.plans.budgets import PlanError
    from simulator.plans.draws import Draws
    from simulator.plans.forecast import forecast
    from simulator.plans.prices import PlannedQueryError

    rows = None if data is None else FolderData(data_folder(opened[None], data))
    rooms = {name: each.planned(rows) for name, each in opened.items()}
    spent = {} if ledger is None else _spent(loaded, opened, ledger)
    try:
        return forecast(loaded.plan, rooms, mode=mode, draws=Draws(paths, seed), spent=spent, listener=listener)
    except PlanError as error:
        from declarations.loading import render

        fail(render([loaded.document.problem(error.path, str(error))]))
    except PlannedQueryError as error:
        room = opened[error.room]
        raise exit_for(room, find_or_exit(room, error.query), error.reason) from None


def _spent(loaded: LoadedPlan, opened: Opened, ledger: Path) -> Spent:
    """Return what the ledger holds at the plan's start, of every budget and under each of its limits."""
    from dataclasses import replace

    from cli.run.inputs import ledger_or_exit
    from simulator.plans.horizon import Horizon

    if not ledger.is_file():
        fail(f"--ledger: {ledger} is not there")
    beginning = Horizon(loaded.plan.start, 1).beginning
    found = {}
    for name, room in opened.items():
        known = ledger_or_exit(room, ledger)
        if known is None:
            continue
        for owner, budget, account in room.accounts():
            found[name, account.kind, owner, budget] = tuple(
                known.spent(replace(account, limits=(limit,)), beginning) for limit in account.limits
            )
    return found


@contextmanager
def _stoppable() -> Iterator[None]:
    """Let SIGTERM end the simulation as Ctrl-C does, and say so when that is before there is any result."""
    import signal

    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        fail("interrupted before there was any result", ExitCode.INTERRUPTED)
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _listening() -> Iterator[Listener]:
    """Show progress on standard error, when that is a terminal."""
    import sys

    from simulator.plans.forecast import Listener

    if not sys.stderr.isatty():
        yield Listener()
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        paths = bar.add_task("paths", total=None)
        pilots = bar.add_task("queries", total=None, visible=False)
        yield Listener(
            played=lambda done, wanted: bar.update(paths, completed=done, total=wanted),
            piloted=lambda done, wanted, query: bar.update(
                pilots, completed=done, total=wanted, description=query, visible=True
            ),
        )
