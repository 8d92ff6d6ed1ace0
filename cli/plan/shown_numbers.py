"""How numbers of a plan look to people."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from cli.console.terminal import wrapped
from cli.run.answers import OWNERS_ONLY
from simulator.plans.outcomes import Band, Forecast
from simulator.plans.query_accuracy import BiasedColumn

_WHOLE_FROM = 100
_LARGE_SHARE = 0.1


def whole_band(band: Band) -> str:
    """Return the median of whole numbers, with its band in brackets where paths differ."""
    middle = f"{band.middle:,.0f}"
    return middle if band.low == band.high else f"{middle} ({band.low:,.0f} to {band.high:,.0f})"


def shown_band(band: Band) -> str:
    """Format a band of fractional numbers to six digits."""
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


def signed(share: float) -> str:
    """Return a share with its sign, as a percentage."""
    return f"{'-' if share < 0 else '+'}{percent(abs(share))}"


def owners_mark(found: Forecast) -> str:
    """Return what stands behind the heading of a part that rests on sample rows; nothing when there were none."""
    return "" if found.measured is None else f" (from sample rows: {OWNERS_ONLY})"


def bias_advice(columns: Iterable[BiasedColumn]) -> Iterator[str]:
    """Say of which columns the bias alone is beyond the wanted error, which no setting changes."""
    for each in columns:
        yield wrapped(
            f"no noise mends bias: {each.query}, {each.column} is off by {signed(each.share)} in the median group of "
            f"the sample ({OWNERS_ONLY})"
        )
