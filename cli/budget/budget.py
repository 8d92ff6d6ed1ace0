"""`cleanroom budget`: what the privacy budgets of a room grant, what is left, and what a query would cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console.ending import fail
from cli.console.options import Format, FormatOption, LedgerOption

if TYPE_CHECKING:
    from cli.budget.budgets_aws import RoomBudgets, SharedLoss
    from cli.budget.budgets_bigquery import ViewRoomBudgets
    from cli.rooms.opening import AnyRoom
    from simulator.privacy.ledger import Ledger
    from simulator.views.budgets import ViewBudget

    AnyBudgets = RoomBudgets | ViewRoomBudgets


def budget(
    room: Annotated[
        list[Path], typer.Argument(metavar="ROOM...", help="Room folders or room files.", show_default=False)
    ],
    query: Annotated[
        list[str] | None, typer.Option("--query", "-q", help="Also show what this query or template would cost.")
    ] = None,
    ledger: LedgerOption = None,
    renew: Annotated[
        list[str] | None,
        typer.Option("--renew", metavar="VIEW", help="BigQuery: first restore the view's budget, as ALTER VIEW does."),
    ] = None,
    history: Annotated[
        bool, typer.Option("--history", help="List every charge, with the name and a fingerprint of its query.")
    ] = False,
    output: FormatOption = Format.TEXT,
) -> None:
    """Show what budgets grant and have left, and the privacy that holds.

    Counts that AWS has published are exact; all others are estimates, shown with their range. Of several rooms, tables
    that they share are listed with what the rooms gave away together.

    Example: cleanroom budget examples/complete_journey/measurement --query sales_by_week

    Exit codes: 0 shown, 1 a query is not allowed, 2 files are wrong, 3 a full budget is too small for a query, 4 a
    query's rules cannot be enforced here.
    """
    from cli.budget.budgets_aws import shared_losses
    from cli.rooms.opening import load_any_or_exit
    from cli.rooms.opening_aws import OpenedRoom
    from cli.run.inputs import ledger_or_exit

    opened = [(one, ledger_or_exit(one, ledger)) for one in map(load_any_or_exit, room)]
    reading = [_reading(one, kept, query or (), history=history) for one, kept in opened]
    _renew(opened, renew or ())
    now = datetime.now(UTC)
    found = [read(now) for read in reading]
    shared = list(shared_losses([(one, kept) for one, kept in opened if isinstance(one, OpenedRoom)]))
    if output is Format.JSON:
        typer.echo(_json(found, shared))
        return
    for line in _lines(found, shared):
        typer.echo(line)


def _reading(
    opened: AnyRoom, ledger: Ledger | None, queries: Sequence[str], *, history: bool
) -> Callable[[datetime], AnyBudgets]:
    """Judge and price the queries, which may end the command; return what then reads the ledger."""
    from functools import partial

    from cli.budget.budgets_aws import query_cost, room_budgets
    from cli.budget.budgets_bigquery import query_costs, view_room_budgets
    from cli.rooms.opening import find_or_exit
    from cli.rooms.opening_aws import OpenedRoom

    subjects = [find_or_exit(opened, name) for name in queries]
    if isinstance(opened, OpenedRoom):
        costs = [query_cost(opened, subject) for subject in subjects]
        return partial(room_budgets, opened, ledger, costs, history=history)
    of_views = [query_costs(opened, subject) for subject in subjects]
    return partial(view_room_budgets, opened, ledger, of_views, history=history)


def _renew(opened: Sequence[tuple[AnyRoom, Ledger | None]], views: Sequence[str]) -> None:
    """Fill the budgets of *views* up in every room; none of them before all names are known to be right."""
    renewed = [(_budget_or_exit(one, view), ledger) for one, ledger in opened for view in views]
    for budget, ledger in renewed:
        if ledger is not None:
            budget.renew(ledger)


def _budget_or_exit(opened: AnyRoom, view: str) -> ViewBudget:
    from cli.rooms.opening_aws import OpenedRoom
    from declarations.naming import did_you_mean, listed
    from simulator.views.budgets import view_budgets

    if isinstance(opened, OpenedRoom):
        fail(f"--renew: {opened.title!r} is a room of AWS, whose budgets cannot be filled up by hand")
    budgets = view_budgets(opened.room)
    if view not in budgets:
        known = f"they are: {listed(budgets)}{did_you_mean(view, budgets)}"
        fail(f"--renew: {view!r} is not a view under differential privacy of {opened.title!r}; {known}")
    return budgets[view]


def _json(found: Sequence[AnyBudgets], shared: Sequence[SharedLoss]) -> str:
    import json
    from dataclasses import asdict

    rooms = [asdict(one) for one in found]
    several = {"rooms": rooms, "shared_tables": [asdict(one) for one in shared]}
    return json.dumps(several if len(rooms) > 1 else rooms[0], indent=2)


def _lines(found: Sequence[AnyBudgets], shared: Sequence[SharedLoss]) -> Iterator[str]:
    from cli.budget.budgets_aws import RoomBudgets
    from cli.budget.text_aws import room_lines, shared_lines
    from cli.budget.text_bigquery import view_room_lines

    for index, one in enumerate(found):
        if index:
            yield ""
        yield from room_lines(one) if isinstance(one, RoomBudgets) else view_room_lines(one)
    yield from shared_lines(shared)
