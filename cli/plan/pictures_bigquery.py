"""The picture of an advice for a view of BigQuery: the error that each budget of epsilon can give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.plan.picture_style import BLUE, GREEN, GREY, ORANGE, bias_note, legend

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from declarations.plan import WantedAccuracy
    from simulator.plans.views.advice import ViewAdvice

_POINTS = 40
_REACH = 8  # budgets from an eighth of the advice to eight times as much


def draw_view_advice(panel: Axes, advice: ViewAdvice, wanted: WantedAccuracy) -> None:
    """Draw the largest error of any column against the budget, when each query asks for what gives it that error.

    Args:
        panel: Where.
        advice: The advice; its errors are known.
        wanted: Which error is useful.
    """
    from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

    enough = advice.needed_epsilon or 0.0
    steps = [_REACH ** (2 * step / _POINTS - 1) for step in range(_POINTS + 1)]
    share = 100 * wanted.relative_error
    declared = float(1 / advice.budget.unit)
    label = "largest error, asked as often as planned"
    panel.plot([enough * step for step in steps], [share / step for step in steps], color=BLUE, label=label)
    panel.axhline(share, color=GREY, linestyle="--", linewidth=1, label=f"wanted: {share:g} %")
    panel.axvline(declared, color=ORANGE, linestyle=":", linewidth=1.4, label=f"epsilon_budget: {declared:g}")
    panel.plot(
        [enough], [share], marker="*", markersize=13, color=GREEN, linestyle="none", label=f"advice: {enough:.4g}"
    )
    panel.set_xscale("log")
    panel.set_yscale("log")
    for axis in (panel.xaxis, panel.yaxis):
        axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axis.set_minor_formatter(NullFormatter())
    panel.set_title(f"{advice.budget.name}, {advice.budget.room_name}: error against budget" + bias_note(advice.biased))
    panel.set_xlabel("epsilon_budget of the view")
    least = "at least, " if advice.is_bound else ""
    panel.set_ylabel(f"largest error from noise, % of the value\n({least}{wanted.group_users:,} users, 95 %)")
    legend(panel, 2)
