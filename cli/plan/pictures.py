"""Pictures of a plan: what is left of each budget over time, and the error that each epsilon can give.

Drawn with matplotlib, imported only here. Readable in grey and by the colour-blind: lines differ in dashes and bands in
lightness, and colours are those of Okabe and Ito (2008). The same answer gives the same file.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any, Final

from cli.console.ending import fail, not_installed
from cli.console.writing import make_folder_or_fail
from cli.plan.picture_style import BLUE, GREEN, GREY, ORANGE, bias_note, legend
from cli.plan.pictures_bigquery import draw_view_advice
from cli.plan.report_bigquery import MEASURES
from cli.run.answers import OWNERS_ONLY
from declarations.clean_room import CleanRoom
from simulator.plans.modes import Mode
from simulator.plans.planned_budget import PlannedBudget, PlannedPrivacyBudget, PlannedViewBudget
from simulator.privacy.budget import MAX_EPSILON, MAX_USERS_NOISE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cli.rooms.opening import AnyRoom
    from declarations.loading.plan import LoadedPlan
    from simulator.plans.advice import Advice
    from simulator.plans.outcomes import BudgetOutcome, Forecast

    Opened = Mapping[str | None, AnyRoom]

SUFFIXES: Final = (".svg", ".png")
"""What pictures can be."""

_WIDTH, _PANEL, _MARGIN = 8.0, 3.1, 0.5  # inches
_TITLE_WIDTH = 66  # characters that fit the width
_RESOLUTION = 160  # dots an inch, of PNG
_SETTINGS: Final = {
    "svg.hashsalt": "cleanroom plan",
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "legend.fontsize": 8,
}


def check_picture(path: Path) -> None:
    """Refuse a picture that cannot be drawn before any time is spent; print why and exit with `ExitCode.INPUT`."""
    from importlib.util import find_spec

    message = None
    if path.suffix.lower() not in SUFFIXES:
        message = f"--picture: {path} ends in '{path.suffix}'; allowed are {' and '.join(SUFFIXES)}"
    elif find_spec("matplotlib") is None:
        message = f"--picture: {not_installed('matplotlib', 'plots')}"
    if message is not None:
        fail(message)
    make_folder_or_fail(path, "--picture")


def draw(found: Forecast, loaded: LoadedPlan, opened: Opened, path: Path) -> None:
    """Draw the answer to a plan: one panel a budget, then one an advice that there is an error for.

    Args:
        found: The answer.
        loaded: The plan.
        opened: Its rooms.
        path: The `.svg` or `.png` file to write; replaced when it exists.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    best = found.best_known
    known = [advice for advice in best.view_advice if advice.needed_epsilon is not None]
    budgets, advised = len(found.budgets), len(best.advice)
    panels = max(1, budgets + advised + len(known))
    settings: dict[Any, Any] = {**mpl.rcParamsDefault, **_SETTINGS}
    with mpl.rc_context(settings):
        figure = Figure(figsize=(_WIDTH, _PANEL * panels + _MARGIN), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots(panels, 1, squeeze=False)[:, 0]
        figure.suptitle(_title(found, loaded), x=0.02, ha="left", fontsize=12, fontweight="bold")
        for panel, outcome in zip(axes, found.budgets, strict=False):
            _burn_down(panel, outcome, found, opened)
        for panel, advice in zip(axes[budgets:], best.advice, strict=False):
            _frontier(panel, advice, loaded, opened)
        for panel, of_view in zip(axes[budgets + advised :], known, strict=False):
            draw_view_advice(panel, of_view, loaded.plan.accuracy)
        if not found.budgets and not best.advice:
            axes[0].set_axis_off()
            axes[0].text(0, 0.5, "no planned query draws on a budget")
        # Neither a date nor the version of the library: the same answer gives the same file.
        metadata = {"Date": None, "Creator": None} if path.suffix.lower() == ".svg" else {"Software": None}
        figure.savefig(path, format=path.suffix[1:].lower(), dpi=_RESOLUTION, metadata=metadata)


def _title(found: Forecast, loaded: LoadedPlan) -> str:
    title = (loaded.plan.title or loaded.path.stem) + (" (interrupted)" if found.interrupted else "")
    mark = f"errors and advice are from sample rows: {OWNERS_ONLY}"
    lines = [title] if found.measured is None else [title, mark]
    return "\n".join(fill(line, _TITLE_WIDTH) for line in lines)


def _burn_down(panel: Axes, outcome: BudgetOutcome, found: Forecast, opened: Opened) -> None:
    """Draw what is left at the end of every day, the full budget, and the first refusal."""
    curve = outcome.burn_down
    days = [_position(day) for day in curve.days]
    low, middle, high = curve.remaining
    panel.plot(
        days, curve.full, color=GREY, linestyle=(0, (1, 1.5)), linewidth=1, label="a full budget", drawstyle="steps-pre"
    )
    if found.is_random:
        panel.fill_between(days, low, high, color=BLUE, alpha=0.25, linewidth=0, step="pre", label="90 % of the paths")
    panel.plot(
        days, middle, color=BLUE, linewidth=1.4, drawstyle="steps-pre", label="median" if found.is_random else "left"
    )
    _mark_refusal(panel, outcome, found)
    panel.xaxis_date()
    panel.set_xlim(_position(found.start), _position(found.end))
    panel.set_ylim(0, float(curve.full.max()) * 1.2 or 1)
    budget = outcome.budget
    member = _owner(opened, budget)
    if isinstance(budget, PlannedViewBudget):
        panel.set_title(f"{budget.name}, {budget.room_name}: {MEASURES[budget.kind]} {outcome.capacity:g}")
        panel.set_ylabel(f"remaining {MEASURES[budget.kind]}\nof the view")
    elif isinstance(budget, PlannedPrivacyBudget):
        phase = budget.phases[0]
        estimate = "" if outcome.published or found.mode is Mode.AUDIT else ", estimate"
        changed = ", changed later" if len(budget.phases) > 1 else ""
        panel.set_title(
            f"{member}, {budget.room_name}: epsilon {phase.epsilon}, noise {phase.users_noise} users{changed}{estimate}"
        )
        panel.set_ylabel("remaining aggregates\n(COUNT DISTINCT of users)")
    else:
        panel.set_title(f"{member}, {budget.room_name}: access budget of {budget.name}")
        panel.set_ylabel("remaining uses\nof the table")
    panel.set_xlabel("day (UTC), at its end")
    legend(panel, 3)


def _owner(opened: Opened, budget: PlannedBudget) -> str:
    """Return the display name of a member, without the account id; of a room of BigQuery, its project."""
    room = opened[budget.room].room
    return room.members[budget.owner].display_name if isinstance(room, CleanRoom) else budget.owner


def _position(moment: date) -> float:
    """Return where a day, or a moment in UTC, is on an axis of days: matplotlib counts them from 1970 on."""
    at = moment if isinstance(moment, datetime) else datetime.combine(moment, time(), UTC)
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(days=1)


def _mark_refusal(panel: Axes, outcome: BudgetOutcome, found: Forecast) -> None:
    band = outcome.first_refusal
    moment = band.middle or band.low
    if moment is None:
        return
    at = _position(moment)
    label = "first refusal" + (" (median)" if found.is_random and band.middle else "")
    if found.is_random and band.low is not None:
        # A bar at the foot, because a shade over the whole height would mix with the band of remainders.
        panel.plot(
            [_position(band.low), _position(band.high or found.end)],
            [0, 0],
            color=ORANGE,
            alpha=0.45,
            linewidth=7,
            solid_capstyle="butt",
            clip_on=False,
            label="first refusal, 90 % of the paths",
        )
    panel.axvline(at, color=ORANGE, linewidth=1.2, linestyle="--")
    panel.plot([at], [0], marker="X", markersize=8, color=ORANGE, linestyle="--", clip_on=False, zorder=5, label=label)
    run, share = outcome.first_refused[0]
    text = f"{moment:%d %b %Y}: {found.label(run)}"
    if found.is_random:
        text = (
            f"{moment:%d %b %Y}, in {100 * outcome.refused_share:.0f} % of the paths\n"
            f"{found.label(run)} is first in {100 * share:.0f} %"
        )
    late = (moment.date() - found.start) > (found.end - found.start) / 2
    panel.annotate(
        text,
        (at, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(-4 if late else 4, -2),
        textcoords="offset points",
        ha="right" if late else "left",
        va="top",
        fontsize=8,
        color=ORANGE,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1, "alpha": 0.85},
    )


def _frontier(panel: Axes, advice: Advice, loaded: LoadedPlan, opened: Opened) -> None:
    """Draw, for each epsilon that carries the plan, the error at the least noise; the wanted error, and the advice."""
    accuracy = loaded.plan.accuracy
    found = [setting for setting in advice.frontier if setting.users_noise is not None]
    errors = [100 * (setting.relative_error or 0) for setting in found]
    wanted = 100 * accuracy.relative_error
    panel.plot(
        [each.epsilon for each in found],
        errors,
        color=BLUE,
        marker="o",
        markersize=4,
        linewidth=1,
        label="error at the least noise with which the budget is enough",
    )
    panel.axhline(wanted, color=GREY, linestyle="--", linewidth=1, label=f"wanted: {wanted:g} %")
    missing = [setting.epsilon for setting in advice.frontier if setting.users_noise is None]
    if missing:
        panel.axvspan(
            0.5,
            max(missing) + 0.5,
            facecolor="#EEEEEE",
            edgecolor="#BBBBBB",
            hatch="///",
            linewidth=0,
            label=f"no noise up to {MAX_USERS_NOISE} users is enough",
        )
    for setting, error in zip(found, errors, strict=True):
        panel.annotate(
            f"{setting.users_noise}",
            (setting.epsilon, error),
            xytext=(0, 5),
            textcoords="offset points",
            ha="center",
            fontsize=7,
            color=GREY,
        )
    if advice.epsilon is not None:
        panel.plot(
            [advice.epsilon],
            [100 * (advice.relative_error or 0)],
            marker="*",
            markersize=13,
            color=GREEN,
            linestyle="none",
            label=f"advice: epsilon {advice.epsilon}, noise {advice.users_noise} users",
        )
    member = _owner(opened, advice.budget)
    panel.set_title(
        f"{member}, {advice.budget.room_name}: error against budget (numbers: noise in users)"
        + bias_note(advice.biased)
    )
    panel.set_xlabel("epsilon of the budget")
    least = "at least, " if advice.is_bound else ""
    panel.set_ylabel(f"largest error from noise, % of the value\n({least}{accuracy.group_users:,} users, 95 %)")
    panel.set_xticks(range(1, MAX_EPSILON + 1))
    panel.set_xlim(0.5, MAX_EPSILON + 0.5)
    panel.set_ylim(0, 1.15 * max([wanted, *errors], default=1))
    legend(panel, 2)
