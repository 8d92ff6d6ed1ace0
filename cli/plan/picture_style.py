"""What all pictures have in common."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING

from cli.plan.shown_numbers import signed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simulator.plans.query_accuracy import BiasedColumn

_TITLE_WIDTH = 84  # characters of a panel's title that fit its width
_MOST_NAMED = 3

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#555555"
"""Colours that people with any colour vision tell apart."""


def bias_note(columns: Sequence[BiasedColumn]) -> str:
    """Return lines for a panel's title: by how much bias puts columns off, which the errors below do not show."""
    if not columns:
        return ""
    named = ", ".join(f"{each.column} {signed(each.share)}" for each in columns[:_MOST_NAMED])
    more = f" and {len(columns) - _MOST_NAMED} more" if len(columns) > _MOST_NAMED else ""
    return "\n" + fill(f"noise alone; bias comes on top, and no budget mends it: {named}{more}", _TITLE_WIDTH)


def legend(panel: Axes, columns: int) -> None:
    """Put the legend below the panel, where it hides nothing."""
    panel.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=columns, columnspacing=2.0, handlelength=2.4)
