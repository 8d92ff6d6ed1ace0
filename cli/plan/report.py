"""How the answer to a plan looks to people."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from statistics import median

from cli.console.terminal import led, styled, table, wrapped
from cli.plan.report_bigquery import charges, nulls, view_advice, view_asked, view_holds, view_terms
from cli.plan.shown_numbers import bias_advice, number, owners_mark, percent, signed, whole_band
from cli.rooms.opening import AnyRoom
from cli.run.answers import OWNERS_ONLY, several_groups_text
from declarations.loading.plan import LoadedPlan
from simulator.execution.views.noisy_query import NoisyFunction
from simulator.plans.advice import Advice
from simulator.plans.modes import Mode
from simulator.plans.outcomes import BudgetOutcome, Forecast, Loss
from simulator.plans.planned_budget import Phase, PlannedAccessBudget, PlannedPrivacyBudget, PlannedViewBudget
from simulator.plans.query_accuracy import ColumnAccuracy, Known, QueryAccuracy
from simulator.privacy.budget import MAX_EPSILON, MAX_USERS_NOISE, MIN_USERS_NOISE, BudgetModel
from simulator.privacy.periods import Period

Opened = Mapping[str | None, AnyRoom]

_SHOWN = 3
_PERIODS = {
    Period.CALENDAR_DAY: "a day",
    Period.CALENDAR_WEEK: "a week",
    Period.CALENDAR_MONTH: "a month",
    Period.LIFETIME: "in its lifetime",
}


def report(found: Forecast, loaded: LoadedPlan, opened: Opened) -> str:
    """Describe the answer to a plan, in lines for a terminal; every part that depends on rows says whom it is for.

    Args:
        found: The answer.
        loaded: The plan.
        opened: Its rooms.
    """
    best, mark = found.best_known, owners_mark(found)
    parts = [
        _heading(found, loaded),
        *("\n".join(_budget(outcome, found, opened)) for outcome in found.budgets),
        _runs(found),
        charges(found),
        *("\n".join(_accuracy(each, mark)) for each in best.accuracy),
        "\n".join(_terms_of_pilot_runs(found)),
        "\n".join(_losses(found, opened)),
        "\n".join(_money(found)),
        *("\n".join(_advice(advice, loaded, found, opened)) for advice in best.advice),
        *("\n".join(view_advice(advice, loaded.plan.accuracy, mark)) for advice in best.view_advice),
        "\n".join(_warnings(found)),
    ]
    return "\n\n".join(part for part in parts if part)


def _heading(found: Forecast, loaded: LoadedPlan) -> str:
    last = found.end - timedelta(days=1)
    played = f"{found.paths:,} random paths, seed {found.seed}" if found.is_random else "nothing in it is random"
    mode = "" if found.money is None else f"mode {found.mode.value}; "  # views have their budgets in every mode
    lines = [
        styled(loaded.plan.title or str(loaded.path), bold=True),
        f"{found.start} to {last}; {mode}{played}",
    ]
    if found.interrupted:
        lines.append(styled("INTERRUPTED: what follows rests on the paths and pilot runs so far", "yellow", bold=True))
    refused = 1 - found.carried_share
    if found.is_carried:
        verdict = styled("within budget", "green", bold=True)
        lines.append(f"{verdict}: a query is refused in {percent(refused)} of the paths")
    else:
        allowed = f"; at most {percent(1 - found.certainty)} are accepted" if found.is_random else ""
        share = f" in {percent(refused)} of the paths" if found.is_random else ""
        lines.append(styled("over budget", "red", bold=True) + f": a query is refused{share}{allowed}")
    if found.is_random:
        lines.append("numbers in brackets: 5% of the paths are below the first, 5% above the second")
    return "\n".join(lines)


def _budget(outcome: BudgetOutcome, found: Forecast, opened: Opened) -> Iterator[str]:
    budget = outcome.budget
    member = opened[budget.room].member(budget.owner)
    yield led(f"budget of {member}", f" in {budget.room_name}: {_terms(outcome)}", bold=True)
    demand = "asked for in all" if isinstance(budget, PlannedViewBudget) else "most asked for"
    rows = [("a full budget holds", _holds(outcome, found)), (demand, _asked(outcome))]
    if outcome.refused_share:
        when = _dates(outcome)
        share = f", in {percent(outcome.refused_share)} of the paths" if found.is_random else ""
        rows.append(("first refusal", when + share))
        if outcome.earliest or outcome.latest:
            rows.append(
                (
                    "if AWS grants",
                    f"the least: {_day(outcome.earliest)}; the most: {_day(outcome.latest)}",
                )
            )
        rows.append(("refused first", _first(outcome, found)))
    else:
        rows.append(("first refusal", "none within the plan"))
    width = max(len(label) for label, _ in rows)
    for label, text in rows:
        first, *more = wrapped(text, " " * (width + 4)).splitlines()
        yield f"  {label.ljust(width)}  {first.strip()}"
        yield from more


def _terms(outcome: BudgetOutcome) -> str:
    budget = outcome.budget
    if isinstance(budget, PlannedAccessBudget):
        limits = ", ".join(
            f"{int(limit.amount):,} {_PERIODS[limit.period]}" + ("" if limit.auto_refresh else " (refreshed by hand)")
            for limit in budget.limits
        )
        return f"uses of {budget.name}: {limits}"
    if not isinstance(budget, PlannedPrivacyBudget):
        return view_terms(outcome)
    phase = budget.phases[0]
    is_monthly = budget.limits[0].period is Period.CALENDAR_MONTH
    refresh = "refreshed every calendar month" if is_monthly else "never refreshed"
    changes = len(budget.phases) - 1
    changed = f", changed {'once' if changes == 1 else f'{changes} times'}" if changes else ""
    return f"differential privacy, epsilon {phase.epsilon}, noise {phase.users_noise} users, {refresh}{changed}"


def _holds(outcome: BudgetOutcome, found: Forecast) -> str:
    budget = outcome.budget
    if isinstance(budget, PlannedAccessBudget):
        return f"{math.floor(outcome.capacity):,} uses"
    if not isinstance(budget, PlannedPrivacyBudget):
        return view_holds(outcome)
    text = f"{math.floor(outcome.capacity):,} COUNT DISTINCT"
    if found.mode is Mode.AUDIT:
        return text + " by the conversion that holds for every release"
    return f"{text} ({_origin(outcome, budget.phases[0], found.mode.model)})"


def _origin(outcome: BudgetOutcome, phase: Phase, model: BudgetModel) -> str:
    """Say where the capacity at the plan's start is known from."""
    low, high = outcome.capacity_range
    if outcome.published:
        return "published"
    if model.is_published(phase.epsilon, phase.users_noise):
        return "published; later settings are estimates"
    if low == high:
        return "estimate; the published counts leave no other"
    return f"estimate; {low:,} to {high:,} are possible"


def _asked(outcome: BudgetOutcome) -> str:
    if isinstance(outcome.budget, PlannedViewBudget):
        return view_asked(outcome)
    if isinstance(outcome.budget, PlannedPrivacyBudget):
        return f"{whole_band(outcome.demanded)} units between two refreshes"
    between = " between two refreshes" if len(outcome.budget.limits) > 1 else ""
    return f"{whole_band(outcome.demanded)} uses{between}"


def _dates(outcome: BudgetOutcome) -> str:
    band = outcome.first_refusal
    middle = _day(band.middle)
    if band.low == band.high:
        return f"{band.middle:%Y-%m-%d %H:%M} UTC" if band.middle else middle
    return f"{middle} ({_day(band.low)} to {_day(band.high)})"


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else "not within the plan"


def _first(outcome: BudgetOutcome, found: Forecast) -> str:
    shown = outcome.first_refused[:_SHOWN]
    names = [found.label(run) + (f" ({percent(share)})" if found.is_random else "") for run, share in shown]
    more = len(outcome.first_refused) - len(shown)
    return ", ".join(names) + (f", {more} others" if more > 0 else "")


def _runs(found: Forecast) -> str:
    rows = [
        (whole_band(each.answered), whole_band(each.refused), f"{each.units:,}", f"{each.run.query}, {each.how_often}")
        for each in found.runs
    ]
    title = styled("queries", bold=True) + "\n"
    if found.money is None:  # nothing in BigQuery costs units
        plain = [(answered, refused, query) for answered, refused, _, query in rows]
        return title + table(("answered", "refused", "query"), plain, numeric=frozenset({0, 1}))
    return title + table(("answered", "refused", "units", "query"), rows, numeric=frozenset({0, 1, 2}))


def _accuracy(accuracy: QueryAccuracy, mark: str) -> Iterator[str]:
    sizes = [error.users for error in accuracy.columns[0].errors]
    yield led(f"expected error of {accuracy.run.query}", mark, bold=True)
    rows = [row for column in accuracy.stated for row in _errors(column)]
    rows += [(f"{name}, not stated", *("?" for _ in sizes)) for name in accuracy.unstated]
    headings = ("users in the group:", *(f"{size:,}" for size in sizes))
    yield table(headings, rows, numeric=frozenset(range(1, len(sizes) + 1)))
    if accuracy.threshold is not None:
        origin = "follows from delta" if accuracy.run.price.noisy else "ours; AWS publishes none"
        yield wrapped(f"groups of fewer than about {accuracy.threshold} users are not shown ({origin})")
    if accuracy.failure is not None:
        yield wrapped(f"no pilot run: {accuracy.failure}")
    if accuracy.unstated:
        yield wrapped(
            "not stated: errors go through + - * / of known numbers; other ways to compute them are not known"
        )
    if not accuracy.run.price.noisy and any(column.known is Known.LEAST for column in accuracy.columns):
        yield wrapped("what one user contributes is unknown: --data measures it, 'assumed' in the plan states it")
    yield from _measured(accuracy)
    yield from nulls(accuracy)


def _errors(column: ColumnAccuracy) -> Iterator[tuple[str, ...]]:
    least = column.known is Known.LEAST
    if column.known is Known.NOTHING or (least and not column.factor):  # that it is at least 0 says nothing
        yield f"{column.column}, {Known.NOTHING}", *("?" for _ in column.errors)
        return
    if not least:
        most = ", at most" if column.known is Known.BOUNDS and column.function is NoisyFunction.AVG else ""
        yield f"{column.column}, mean error{most}", *(number(error.expected) for error in column.errors)
        yield f"  95% within +/-{most}", *(number(error.half_width) for error in column.errors)
    if not least:
        share = "  of the value" + (", at least" if column.known is Known.BOUNDS else "")
        yield share, *(percent(error.relative) for error in column.errors)
    else:
        shares = ("NULL" if error.users < column.least_users else percent(error.relative) for error in column.errors)
        yield f"{column.column}, at least", *shares


def _measured(accuracy: QueryAccuracy) -> Iterator[str]:
    if accuracy.shown is not None:
        shown = f"{accuracy.shown.shown:,} of {accuracy.shown.groups:,} groups of the sample were shown"
        yield wrapped(f"pilot run ({OWNERS_ONLY}): {shown}")
        for one in accuracy.shown.columns:
            if one.shares:
                share = signed(median(one.shares))
                yield wrapped(f"{one.column}: bias {share} in the median group, from limits and clamps", "    ")
    measured = [column for column in accuracy.stated if column.measured is not None]
    if not measured or accuracy.bias is None:
        return
    bias = accuracy.bias
    yield f"  pilot run ({OWNERS_ONLY}):"
    for column in measured:
        groups = column.measured
        if groups is not None:
            bias_of_column = "" if groups.median_bias is None else f", bias {signed(groups.median_bias)}"
            yield wrapped(
                f"{column.column}: {groups.usable_at_start} of {groups.groups} groups usable at the start, "
                f"{groups.usable_at_end} at the end; median noise {percent(groups.median_relative)}{bias_of_column}",
                "    ",
            )
    lost = bias.rows_dropped_by_limit / bias.rows if bias.rows else 0.0
    yield wrapped(
        f"{bias.rows_dropped_by_limit:,} of {bias.rows:,} rows ({percent(lost)}) dropped by the contribution limit, "
        f"{sum(bias.values_clamped.values()):,} values clamped, {bias.groups_dropped_by_threshold} of {bias.groups} "
        "groups of the sample below the threshold",
        "    ",
    )
    yield from several_groups_text(bias, "    ")
    if bias.rows_without_user:
        yield wrapped(f"{bias.rows_without_user:,} more rows dropped because they name no user", "    ")


def _terms_of_pilot_runs(found: Forecast) -> Iterator[str]:
    if any(column.measured is not None for each in found.best_known.accuracy for column in each.stated):
        yield led("what the words of the pilot runs mean", owners_mark(found), bold=True)
        yield wrapped("usable: shown, with noise and bias together within the wanted error")
        yield wrapped(
            "bias: the answer without noise, minus the exact value, in the median group; from limits, clamps, rows "
            "that name no user, and users who count in one group alone"
        )


def _losses(found: Forecast, opened: Opened) -> Iterator[str]:
    if not found.losses:
        return
    yield styled("privacy loss over the whole plan, all rooms added up", bold=True)
    rows = [
        (
            f"{loss.held.epsilon:,.1f}",
            f"{loss.held.delta:.1e}",
            "" if loss.held.rho is None else f"{loss.held.rho:,.2f}",
            _subject(loss, opened),
        )
        for loss in found.losses
    ]
    yield table(("epsilon", "delta", "rho", "rows of"), rows, numeric=frozenset({0, 1, 2}))
    share = " in 95% of the paths" if found.is_random else ""
    if any(loss.rho is not None for loss in found.losses):
        yield wrapped(
            f"by our own accountant for our own mechanisms, every release and refresh included: this holds{share}; the "
            "service adds none of it up"
        )
    if any(loss.rho is None for loss in found.losses):
        yield wrapped(
            f"of views: what is charged, added up over all views of a table and all renewals of their budgets{share}; "
            "BigQuery adds up each view alone"
        )


def _subject(loss: Loss, opened: Opened) -> str:
    subject = loss.subject
    owner = opened[subject.rooms[0]].member(subject.owner)
    rooms = len(subject.rooms)
    what = subject.source or "all tables"
    return f"{what} of {owner}" + (f", in {rooms} rooms" if rooms > 1 else "")


def _money(found: Forecast) -> Iterator[str]:
    if found.money is None:
        return
    yield styled("money", bold=True)
    hours = f"{whole_band(found.money.crpu_hours)} CRPU-hours of answered queries"
    if found.money.usd is None:
        yield wrapped(f"unknown cost of {hours}: state the region's prices as compute.prices in the plan")
    else:
        yield wrapped(
            f"{whole_band(found.money.usd)} USD for {hours}, at list prices; whether refused queries are billed is not "
            "published"
        )


def _advice(advice: Advice, loaded: LoadedPlan, found: Forecast, opened: Opened) -> Iterator[str]:
    accuracy = loaded.plan.accuracy
    member = opened[advice.budget.room].member(advice.budget.owner)
    yield led(f"advice for the budget of {member} in {advice.budget.room_name}", owners_mark(found), bold=True)
    wanted = f"{percent(accuracy.relative_error)} error for groups of {accuracy.group_users:,} users"
    if advice.epsilon is None:
        yield wrapped(
            f"no epsilon from 1 to {MAX_EPSILON} with noise from {MIN_USERS_NOISE} to {MAX_USERS_NOISE} users is "
            f"enough for the plan with {wanted}"
        )
    else:
        yield wrapped(
            f"epsilon {advice.epsilon} with noise {advice.users_noise} users is the smallest budget that is enough "
            f"for the plan with {wanted}; noise up to {advice.most_noise} users keeps that error"
        )
    yield wrapped(f"why: {advice.reason}; the error is set by {advice.limiting[0]}, {advice.limiting[1]}")
    if found.mode is Mode.AWS and advice.epsilon is not None and advice.cautious_epsilon != advice.epsilon:
        safe = f"epsilon {advice.cautious_epsilon}" if advice.cautious_epsilon else "no epsilon"
        yield wrapped(f"{safe} is sure to be enough, whatever the unpublished counts are")
    if advice.is_measured:
        yield wrapped("limits and bounds are found again for every noise, as the sample rows give them")
    yield from bias_advice(advice.biased)
    if advice.is_bound:
        yield wrapped("errors are lower bounds here, so the advice may promise too much; run with --data")


def _warnings(found: Forecast) -> Iterator[str]:
    for warning in found.warnings:
        yield led("warning:", f" {warning}", "yellow")
