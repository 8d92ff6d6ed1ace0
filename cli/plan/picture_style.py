"""What all pictures have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#555555"
"""Colours that people with any colour vision tell apart."""


def legend(panel: Axes, columns: int) -> None:
    """Put the legend below the panel, where it hides nothing."""
    panel.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=columns, columnspacing=2.0, handlelength=2.4)
