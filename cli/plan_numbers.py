"""How numbers of a plan look to people."""

from __future__ import annotations

import math

from simulator.plans.outcomes import Band

_WHOLE_FROM = 100
_LARGE_SHARE = 0.1


def whole_band(band: Band) -> str:
    """Return the median of whole numbers, with its band in brackets where paths differ."""
    middle = f"{band.middle:,.0f}"
    return middle if band.low == band.high else f"{middle} ({band.low:,.0f} to {band.high:,.0f})"


def shown_band(band: Band) -> str:
    """Return the same of numbers with fractions, to six digits."""
    middle = f"{band.middle:.6g}"
    return middle if band.low == band.high else f"{middle} ({band.low:.6g} to {band.high:.6g})"


def number(value: float | None) -> str:
    """Return a number of any size, to three digits; nothing for None."""
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= _WHOLE_FROM else f"{value:,.3g}"


def percent(share: float) -> str:
    """Return a share as percents, to two digits."""
    if not math.isfinite(share):
        return "no value"
    return f"{100 * share:,.0f}%" if share >= _LARGE_SHARE else f"{100 * share:.2g}%"
