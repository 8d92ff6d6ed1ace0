"""`cleanroom budget`: what the privacy budgets of a room grant, what is left, and what a query would cost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.formats import Format

if TYPE_CHECKING:
    from cli.opening import OpenedRoom, Subject
    from simulator.execution.privacy_settings import PrivacySettings
    from simulator.privacy.ledger import Ledger


def budget(
    room: Annotated[Path, typer.Argument(metavar="ROOM", help="A room folder or room file.", show_default=False)],
    query: Annotated[
        list[str] | None, typer.Option("--query", "-q", help="Also show what this query or template would cost.")
    ] = None,
    ledger: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where spent budget is kept. [ROOM/.cleanroom/ledger.sqlite]")
    ] = None,
    history: Annotated[bool, typer.Option("--history", help="List every charge.")] = False,
    output: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TEXT,
) -> None:
    """Show the differential privacy budgets of a room: how many aggregate functions each grants and has left.

    Counts that AWS has published are exact; all others are estimates, shown with their range.

    Example: cleanroom budget examples/complete_journey/measurement --query sales_by_week

    Exit codes: 0 shown, 2 files are wrong.
    """
    from cli.opening import find_or_exit, load_or_exit
    from cli.running import ledger_or_exit
    from simulator.room_budgets import budgets

    opened = load_or_exit(room)
    subjects = [find_or_exit(opened, name) for name in query or ()]
    books = ledger_or_exit(opened, ledger)
    now = datetime.now(UTC)
    found = [_budget(opened, settings, books, now, history=history) for settings in budgets(opened.room).values()]
    costs = [_cost(opened, subject) for subject in subjects]
    if output is Format.JSON:
        import json

        typer.echo(json.dumps({"room": opened.room.collaboration.name, "budgets": found, "costs": costs}, indent=2))
        return
    for line in _text(opened, found, costs):
        typer.echo(line)


def _budget(
    opened: OpenedRoom, settings: PrivacySettings, books: Ledger | None, now: datetime, *, history: bool
) -> dict[str, Any]:
    from simulator.privacy.budget import Aggregation

    account = settings.account
    spent = books.spent(account, now) if books else Fraction(0)
    model, epsilon, users = settings.model, settings.epsilon, settings.users_noise_per_query
    return {
        "owner": settings.owner,
        "member": opened.member(settings.owner),
        "epsilon": epsilon,
        "usersNoisePerQuery": users,
        "autoRefresh": "CALENDAR_MONTH" if settings.refresh == "CALENDAR_MONTH" else "NONE",
        "published": model.is_published(epsilon, users),
        "utility_used_percent": model.utility_used(epsilon, users, spent),
        "rho_spent": float(spent),
        "aggregations": [
            {
                "type": function.value,
                "units": model.cost([function]),
                "maxCount": model.max_count(function, epsilon, users),
                "remainingCount": model.remaining_count(function, epsilon, users, spent),
                "maxCountRange": list(model.count_range(function, epsilon, users)),
            }
            for function in Aggregation
        ],
        "history": [
            {"at": entry.at.isoformat(), "state": entry.state.value, "rho": float(entry.amount), "query": entry.note}
            for entry in (books.history(account) if books and history else ())
        ],
    }


def _cost(opened: OpenedRoom, subject: Subject) -> dict[str, Any]:
    from cli.running import refuse
    from simulator.execution.costs import aggregate_functions
    from simulator.execution.errors import ExecutionError
    from simulator.privacy.budget import BudgetModel

    try:
        functions = aggregate_functions(subject.request)
    except ExecutionError as error:
        raise refuse(opened, subject, error) from None
    return {
        "query": subject.name,
        "aggregations": [function.value for function in functions],
        "units": BudgetModel().cost(functions),
    }


def _text(opened: OpenedRoom, found: list[dict[str, Any]], costs: list[dict[str, Any]]) -> Iterator[str]:
    from cli.rendering import styled

    yield styled(opened.room.collaboration.name, bold=True)
    if not found:
        yield "no member has a differential privacy budget: nothing limits the number of queries"
    for one in found:
        yield ""
        yield from _budget_text(one)
    for cost in costs:
        yield ""
        yield from _cost_text(cost, found)


def _budget_text(one: dict[str, Any]) -> Iterator[str]:
    from cli.rendering import table, wrapped

    refresh = "refreshed every calendar month" if one["autoRefresh"] == "CALENDAR_MONTH" else "never refreshed"
    settings = f"epsilon {one['epsilon']}, noise {one['usersNoisePerQuery']} users, {refresh}"
    yield wrapped(f"budget of {one['member']}: {settings}", "")
    yield f"utility used {one['utility_used_percent']} %"
    yield ""
    estimate = not one["published"]
    headings = ("aggregate function", "units", "left", "of", *(("range of 'of'",) if estimate else ()))
    rows = []
    for each in one["aggregations"]:
        low, high = each["maxCountRange"]
        row = [each["type"], str(each["units"]), f"{each['remainingCount']:,}", f"{each['maxCount']:,}"]
        rows.append([*row, f"{low:,} to {high:,}"] if estimate else row)
    yield table(headings, rows, numeric=frozenset({1, 2, 3}))
    yield wrapped("each line alone: whatever one query uses lowers all of them", "")
    if estimate:
        yield wrapped("estimated: AWS has not published counts for these settings", "")
    for entry in one["history"]:
        yield f"  {entry['at'][:19]}  {entry['state']:<9}  rho {entry['rho']:.6f}  {entry['query']}"


def _cost_text(cost: dict[str, Any], found: list[dict[str, Any]]) -> Iterator[str]:
    if not cost["aggregations"]:
        yield f"{cost['query']} costs nothing: it reads no table under differential privacy"
        return
    yield f"{cost['query']} costs {cost['units']} units ({', '.join(cost['aggregations'])})"
    for one in found:
        left = next(each["remainingCount"] for each in one["aggregations"] if each["units"] == 1)
        times = left // cost["units"] if cost["units"] else 0
        yield f"  the budget of {one['member']} carries it {times:,} more times"
