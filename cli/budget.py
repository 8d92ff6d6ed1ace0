"""`cleanroom budget`: what the privacy budgets of a room grant, what is left, and what a query would cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.options import Format, FormatOption, LedgerOption

if TYPE_CHECKING:
    from cli.opening import OpenedRoom, Subject
    from cli.opening_bigquery import OpenedBigQueryRoom
    from simulator.execution.privacy_settings import PrivacySettings
    from simulator.privacy.accountant import PrivacyLoss
    from simulator.privacy.accounts import Account, Entry
    from simulator.privacy.budget import BudgetModel
    from simulator.privacy.ledger import Ledger
    from simulator.shared_tables import SharedTable


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
        typer.Option("--renew", metavar="VIEW", help="BigQuery: first fill the view's budget up, as ALTER VIEW does."),
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

    Exit codes: 0 shown, 2 files are wrong.
    """
    from cli.opening import OpenedRoom, load_any_or_exit
    from cli.running import ledger_or_exit
    from simulator.shared_tables import shared_tables

    opened = [(one, ledger_or_exit(one, ledger)) for one in map(load_any_or_exit, room)]
    now = datetime.now(UTC)
    documents = [
        _document(one, books, now, query or (), history=history)
        if isinstance(one, OpenedRoom)
        else _views_document(one, books, now, query or (), renew or (), history=history)
        for one, books in opened
    ]
    ours = [(one, books) for one, books in opened if isinstance(one, OpenedRoom)]
    shared = [_shared(ours[0][0], one) for one in shared_tables([(one.room, books) for one, books in ours])]
    if output is Format.JSON:
        import json

        several = {"rooms": documents, "shared_tables": shared}
        typer.echo(json.dumps(several if len(documents) > 1 else documents[0], indent=2))
        return
    for index, document in enumerate(documents):
        lines = _text(document) if "budgets" in document else _views_text(document)
        for line in ["", *lines] if index else lines:
            typer.echo(line)
    for line in _shared_text(shared):
        typer.echo(line)


def _views_document(
    opened: OpenedBigQueryRoom,
    books: Ledger | None,
    now: datetime,
    queries: Sequence[str],
    renewed: Sequence[str],
    *,
    history: bool,
) -> dict[str, Any]:
    from cli.budget_views import renew_or_exit, views_document

    for view in renewed:
        renew_or_exit(opened, view, books)
    return views_document(opened, books, now, queries, history=history)


def _views_text(document: dict[str, Any]) -> Iterator[str]:
    from cli.budget_views import views_text

    return views_text(document)


def _document(
    opened: OpenedRoom, books: Ledger | None, now: datetime, queries: Sequence[str], *, history: bool
) -> dict[str, Any]:
    from cli.opening import find_or_exit
    from simulator.room_budgets import access_budgets, budgets

    subjects = [find_or_exit(opened, name) for name in queries]
    return {
        "room": opened.room.collaboration.name,
        "budgets": [_budget(opened, each, books, now, history=history) for each in budgets(opened.room).values()],
        "access_budgets": [
            _access(opened, account, books, now, history=history) for account in access_budgets(opened.room).values()
        ],
        "costs": [_cost(opened, subject) for subject in subjects],
    }


def _access(
    opened: OpenedRoom, account: Account, books: Ledger | None, now: datetime, *, history: bool
) -> dict[str, Any]:
    from simulator.room_budgets import uses_left

    limits = [
        (limit, int(books.spent(replace(account, limits=(limit,)), now)) if books else 0) for limit in account.limits
    ]
    return {
        "table": account.template,
        "owner": account.owner,
        "member": opened.member(account.owner),
        "aggregateRemainingBudget": uses_left(account, books, now),
        "limits": [
            {
                "type": limit.period.value,
                "budget": int(limit.amount),
                "remainingBudget": max(0, int(limit.amount) - spent),
                "autoRefresh": "ENABLED" if limit.auto_refresh else "DISABLED",
            }
            for limit, spent in limits
        ],
        **_charges(account, books, history=history),
    }


def _charges(account: Account, books: Ledger | None, *, history: bool) -> dict[str, Any]:
    """Return what is reserved and not yet settled, and with *history* every charge; oldest first."""
    from simulator.privacy.accounts import EntryState

    entries = books.history(account) if books else ()
    return {
        "unfinished": [_charge(entry, account) for entry in entries if entry.state is EntryState.RESERVED],
        "history": [_charge(entry, account) for entry in entries] if history else [],
    }


def _charge(entry: Entry, account: Account) -> dict[str, Any]:
    amount: dict[str, Any] = {"uses": int(entry.amount)}
    if account.unit is not None:
        amount = {"rho": float(entry.amount), "units": round(float(entry.amount / account.unit), 2)}
    return {"at": entry.at.isoformat(), "state": entry.state.value, **amount, "query": entry.note}


def _holding(loss: PrivacyLoss, model: BudgetModel) -> dict[str, Any]:
    delta = loss.delta + model.delta
    epsilon = loss.epsilon(delta) if delta < 1 else None
    return {"rho": float(loss.rho), "epsilon": epsilon, "delta": min(delta, 1.0)}


def _shared(opened: OpenedRoom, shared: SharedTable) -> dict[str, Any]:
    from simulator.privacy.budget import BudgetModel

    return {
        "table": shared.source,
        "owner": shared.owner,
        "member": opened.member(shared.owner),
        "rooms": list(shared.rooms),
        "rooms_without_noise": list(shared.exact),
        "holds": _holding(shared.loss, BudgetModel()),
    }


def _budget(
    opened: OpenedRoom, settings: PrivacySettings, books: Ledger | None, now: datetime, *, history: bool
) -> dict[str, Any]:
    from simulator.privacy.budget import Aggregation
    from simulator.shared_tables import loss_of

    account = settings.account
    spent = books.spent(account, now) if books else Fraction(0)
    model, epsilon, users = settings.model, settings.epsilon, settings.users_noise_per_query
    return {
        "owner": settings.owner,
        "member": opened.member(settings.owner),
        "epsilon": epsilon,
        "users_noise_per_query": users,
        "auto_refresh": "CALENDAR_MONTH" if settings.refresh == "CALENDAR_MONTH" else "NONE",
        "published": model.is_published(epsilon, users),
        "utility_used_percent": model.utility_used(epsilon, users, spent),
        "rho_spent": float(spent),
        "aggregations": [
            {
                "type": function.value,
                "units": model.cost([function]),
                "max_count": model.max_count(function, epsilon, users),
                "remaining_count": model.remaining_count(function, epsilon, users, spent),
                "max_count_range": list(model.count_range(function, epsilon, users)),
            }
            for function in Aggregation
        ],
        "holds": _holding(loss_of(opened.room, books, settings.owner), model),
        **_charges(account, books, history=history),
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


def _text(document: dict[str, Any]) -> Iterator[str]:
    from cli.rendering import styled

    yield styled(document["room"], bold=True)
    if not document["budgets"]:
        yield "no member has a differential privacy budget: nothing limits the number of queries"
    for one in document["budgets"]:
        yield ""
        yield from _budget_text(one)
    for one in document["access_budgets"]:
        yield ""
        yield from _access_text(one)
    for cost in document["costs"]:
        yield ""
        yield from _cost_text(cost, document["budgets"])


def _access_text(one: dict[str, Any]) -> Iterator[str]:
    from cli.rendering import table, wrapped

    yield wrapped(
        f"access budget of table {one['table']} ({one['member']}): {one['aggregateRemainingBudget']:,} uses left", ""
    )
    rows = [
        (
            each["type"],
            f"{each['remainingBudget']:,}",
            f"{each['budget']:,}",
            "by itself" if each["autoRefresh"] == "ENABLED" and each["type"] != "LIFETIME" else "no",
        )
        for each in one["limits"]
    ]
    yield table(("period", "left", "of", "refreshed"), rows, numeric=frozenset({1, 2}))
    yield from _charges_text(one)


def _charges_text(one: dict[str, Any]) -> Iterator[str]:
    """List unfinished reservations, which nobody else would tell of, and the history where it was asked for."""
    from cli.rendering import table, wrapped

    for title, charges in (("unfinished", one["unfinished"]), ("history", one["history"])):
        if not charges:
            continue
        yield f"{title}:"
        unit = "units" if "units" in charges[0] else "uses"
        rows = [
            (f"{each['at'][:16].replace('T', ' ')} UTC", each["state"], f"{each[unit]:g}", each["query"])
            for each in charges
        ]
        yield table(("reserved", "state", unit, "query"), rows, numeric=frozenset({2}))
        if title == "unfinished":
            yield wrapped("these count as spent: their queries still run, or died when an answer may have been out", "")


def _shared_text(shared: list[dict[str, Any]]) -> Iterator[str]:
    from cli.rendering import styled, wrapped

    if shared:
        yield ""
        yield styled("tables in several of these rooms: the losses add up", bold=True)
    for one in shared:
        exact = ", ".join(one["rooms_without_noise"])
        more = f"; what {exact} shows of it has no noise and comes on top, without a bound" if exact else ""
        told = f"{one['table']} of {one['member']}, in {', '.join(one['rooms'])}: {_statement(one['holds'])}{more}"
        yield wrapped(told)


def _statement(holds: dict[str, Any]) -> str:
    if not holds["rho"]:
        return "nothing was answered and charged so far"
    if holds["epsilon"] is None:
        return f"rho {holds['rho']:.6f}, but delta adds up to 1: nothing is promised"
    promise = f"({holds['epsilon']:.4g}, {holds['delta']:.3g})-differential privacy holds"
    return f"{promise}, rho {holds['rho']:.6f}, for one user more or less"


def _budget_text(one: dict[str, Any]) -> Iterator[str]:
    from cli.rendering import table, wrapped

    refresh = "refreshed every calendar month" if one["auto_refresh"] == "CALENDAR_MONTH" else "never refreshed"
    settings = f"epsilon {one['epsilon']}, noise {one['users_noise_per_query']} users, {refresh}"
    yield wrapped(f"budget of {one['member']}: {settings}", "")
    yield f"utility used {one['utility_used_percent']} %"
    yield wrapped(f"all answers since ever: {_statement(one['holds'])}", "")
    yield ""
    estimate = not one["published"]
    headings = ("aggregate function", "units", "left", "of", *(("range of 'of'",) if estimate else ()))
    rows = []
    for each in one["aggregations"]:
        low, high = each["max_count_range"]
        row = [each["type"], str(each["units"]), f"{each['remaining_count']:,}", f"{each['max_count']:,}"]
        rows.append([*row, f"{low:,} to {high:,}"] if estimate else row)
    yield table(headings, rows, numeric=frozenset({1, 2, 3}))
    yield wrapped("each line alone: whatever one query uses lowers all of them", "")
    if estimate:
        yield wrapped("estimated: AWS has not published counts for these settings", "")
    yield from _charges_text(one)


def _cost_text(cost: dict[str, Any], found: list[dict[str, Any]]) -> Iterator[str]:
    if not cost["aggregations"]:
        yield f"{cost['query']} costs nothing: it reads no table under differential privacy"
        return
    yield f"{cost['query']} costs {cost['units']} units ({', '.join(cost['aggregations'])})"
    for one in found:
        left = next(each["remaining_count"] for each in one["aggregations"] if each["units"] == 1)
        times = left // cost["units"] if cost["units"] else 0
        yield f"  the budget of {one['member']} carries it {times:,} more times"
