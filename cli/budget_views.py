"""How `cleanroom budget` shows a room of BigQuery: the budget of every view, and what a query would cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import typer

from cli.exit_codes import ExitCode
from cli.opening import Subject, find_or_exit
from cli.opening_bigquery import OpenedBigQueryRoom
from cli.rendering import styled, table, wrapped
from simulator.checks.context import QueryContext
from simulator.checks.private_charges import charges
from simulator.privacy.accounts import Account, Entry, EntryState
from simulator.privacy.ledger import Ledger
from simulator.sql.resolving import resolve_script
from simulator.view_budgets import ViewBudget, view_budgets


def renew_or_exit(opened: OpenedBigQueryRoom, view: str, books: Ledger | None) -> None:
    """Fill the budget of *view* up; a name that is no view under differential privacy ends the command."""
    budgets = view_budgets(opened.room)
    if view not in budgets:
        known = ", ".join(budgets) or "none"
        typer.echo(f"--renew: {view!r} is no view under differential privacy; they are: {known}", err=True)
        raise typer.Exit(ExitCode.INPUT)
    if books is not None:
        budgets[view].renew(books)


def views_document(
    opened: OpenedBigQueryRoom, books: Ledger | None, now: datetime, queries: Sequence[str], *, history: bool
) -> dict[str, Any]:
    """Return what the budgets of *opened* grant and have left; keys are stable."""
    return {
        "room": opened.title,
        "views": [_view(each, books, now, history=history) for each in view_budgets(opened.room).values()],
        "costs": [_cost(find_or_exit(opened, name)) for name in queries],
    }


def _view(budget: ViewBudget, books: Ledger | None, now: datetime, *, history: bool) -> dict[str, Any]:
    left, policy = budget.left(books, now), budget.policy
    epsilons = _charges(budget.epsilon, books)
    deltas = _charges(budget.delta, books)
    charged = [
        {
            "at": one.at.isoformat(),
            "state": one.state.value,
            "epsilon": _amount(one, budget.epsilon),
            "delta": _amount(other, budget.delta),
            "query": one.note,
        }
        for one, other in zip(epsilons, deltas, strict=True)
    ]
    return {
        "view": budget.view,
        "epsilonBudget": policy.epsilon_budget,
        "epsilonBudgetRemaining": left.epsilon,
        "deltaBudget": policy.delta_budget,
        "deltaBudgetRemaining": left.delta,
        "maxEpsilonPerQuery": policy.max_epsilon_per_query,
        "deltaPerQuery": policy.delta_per_query,
        "unfinished": [each for each in charged if each["state"] == EntryState.RESERVED.value],
        "history": charged if history else [],
    }


def _charges(account: Account, books: Ledger | None) -> tuple[Entry, ...]:
    return books.history(account) if books else ()


def _amount(entry: Entry, account: Account) -> float:
    assert account.unit is not None  # noqa: S101 - `view_budgets` gives every account its unit
    return float(f"{float(entry.amount / account.unit):.9g}")


def _cost(subject: Subject) -> dict[str, Any]:
    found = charges(QueryContext(subject.request, resolve_script(subject.request)))
    return {
        "query": subject.name,
        "views": [{"view": each.view.name, "epsilon": each.epsilon, "delta": each.delta} for each in found],
    }


def views_text(document: dict[str, Any]) -> Iterator[str]:
    """Lay out what `views_document` returned for a person."""
    yield styled(document["room"], bold=True)
    if not document["views"]:
        yield "no view is under differential privacy: nothing limits the number of queries"
    for one in document["views"]:
        yield ""
        yield from _view_text(one)
    for cost in document["costs"]:
        yield ""
        yield from _cost_text(cost, document["views"])


def _view_text(one: dict[str, Any]) -> Iterator[str]:
    yield wrapped(f"budget of view {one['view']}: never refreshed, filled up when its policy is updated", "")
    rows = [
        (name, f"{one[f'{name}BudgetRemaining']:.6g}", f"{one[f'{name}Budget']:g}", f"{most:g}")
        for name, most in (("epsilon", one["maxEpsilonPerQuery"]), ("delta", one["deltaPerQuery"]))
    ]
    yield table(("", "left", "of", "of one query, at most"), rows, numeric=frozenset({1, 2, 3}))
    for title in ("unfinished", "history"):
        if one[title]:
            yield f"{title}:"
            cells = [
                (
                    f"{each['at'][:16].replace('T', ' ')} UTC",
                    each["state"],
                    f"{each['epsilon']:g}",
                    f"{each['delta']:g}",
                    each["query"],
                )
                for each in one[title]
            ]
            yield table(("reserved", "state", "epsilon", "delta", "query"), cells, numeric=frozenset({2, 3}))


def _cost_text(cost: dict[str, Any], views: Sequence[dict[str, Any]]) -> Iterator[str]:
    if not cost["views"]:
        yield f"{cost['query']} costs nothing: it reads no view under differential privacy"
    left = {one["view"]: one for one in views}
    for each in cost["views"]:
        yield f"{cost['query']} costs {each['view']} epsilon {each['epsilon']:g} and delta {each['delta']:g}"
        one = left[each["view"]]
        times = min(
            one["epsilonBudgetRemaining"] / each["epsilon"] * _ROUNDING,
            one["deltaBudgetRemaining"] / each["delta"] * _ROUNDING,
        )
        yield f"  the budget carries it {int(times):,} more times"


_ROUNDING = 1 + 1e-9
