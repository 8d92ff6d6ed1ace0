"""The privacy loss of one table through all its views and all renewals of their budgets, not tracked by BigQuery."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from declarations.bigquery.room import BigQueryRoom
from simulator.plans.budgets import VIEW_KINDS
from simulator.plans.compiling import CompiledPlan
from simulator.plans.losses import HeldPrivacy, Subject
from simulator.plans.outcomes import QUANTILES, Loss
from simulator.plans.planned_budget import PlannedBudget
from simulator.plans.playing import Played
from simulator.plans.rooms import PlannedViews
from simulator.privacy.accounts import BudgetKind
from simulator.sql.resolved import Script
from simulator.sql.resolving import resolve_script
from simulator.views.bigquery_room import request, tables

Behind = tuple[str, str]
"""A table's full path, and the privacy unit that is protected in it."""


def view_losses(compiled: CompiledPlan, played: Played) -> Iterator[Loss]:
    """Yield the loss of every table behind views under differential privacy that planned queries read.

    The ε and δ charged for all answered queries are added up. A query that joins two views over one table counts twice,
    which overstates its loss.
    """
    for (table, unit), budgets in _behind(compiled).items():
        of_epsilon, of_delta = (_total(budgets, kind, played) for kind in VIEW_KINDS)
        rooms = tuple(dict.fromkeys(budget.room for budget in budgets.values()))
        owner = next(iter(budgets.values())).owner
        yield Loss(
            Subject(owner, f"{table} by {unit}", rooms), None, HeldPrivacy(None, _most(of_epsilon), _most(of_delta))
        )


def _behind(compiled: CompiledPlan) -> dict[Behind, dict[int, PlannedBudget]]:
    """Return the budgets that planned queries draw on, with their numbers, by the tables behind their views."""
    found: dict[Behind, dict[int, PlannedBudget]] = {}
    for number, budget in enumerate(compiled.budgets):
        room = compiled.rooms[budget.room]
        if isinstance(room, PlannedViews) and any(budget.pays(run) for run in compiled.runs):
            for behind in tables_behind(room.room, budget.name):
                found.setdefault(behind, {})[number] = budget
    return found


def tables_behind(room: BigQueryRoom, view: str) -> tuple[Behind, ...]:
    """Return the tables that a view under differential privacy reads, with full paths, and its privacy unit.

    The unit is the column of the table from which the view's unit comes, in lower case, whatever the view calls it.

    Args:
        room: The room.
        view: Path of the view.
    """
    declared = room.view(view)
    assert declared is not None  # noqa: S101 - asked of views of the room
    assert declared.privacy_policy is not None  # noqa: S101 - under differential privacy
    script = resolve_script(request(room, declared.query, known=tables(room)))
    unit = str(declared.privacy_policy.privacy_unit_column).lower()
    return tuple((room.full_path(table.name), _followed(script, unit)) for table in script.tables().values())


def _followed(script: Script, unit: str) -> str:
    column, _, fields = unit.partition(".")
    origins = script.final.columns.get(column, frozenset()) if script.final is not None else frozenset()
    columns = sorted({origin.column for origin in origins})
    return ".".join(filter(None, (", ".join(columns) or column, fields)))


def _total(budgets: dict[int, PlannedBudget], kind: BudgetKind, played: Played) -> NDArray[np.float64]:
    """Return what answered queries drew on the budgets of one kind, by path."""
    mine = [number for number, budget in budgets.items() if budget.kind is kind]
    total: NDArray[np.float64] = sum(
        (budgets[number].size_of_draw * played.drawn[:, number] for number in mine), np.zeros(played.paths)
    )
    return total


def _most(values: NDArray[np.float64]) -> float:
    # Charges are rounded up to whole steps; nine digits hide that, as in `cleanroom budget`.
    return float(f"{np.quantile(values, QUANTILES[-1], method='inverted_cdf'):.9g}")
