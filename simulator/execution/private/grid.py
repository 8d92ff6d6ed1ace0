"""Fixed-point grids: values are rounded to whole numbers of steps before they are summed, so every sum is one, too.

Floating-point sums are rounded and depend on the order of rows, so a claimed sensitivity would not hold for them. A
column's own grid is public, since it follows from the declared type. It may be made coarser once the bounds are
released, so that noise fits 64-bit integers; bounds are rounded like values, so the sensitivity in steps is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from simulator.execution.engines.number_types import DIGITS, FLOATS, decimal_digits
from simulator.execution.errors import NotEnforceableError

LARGEST = 2**52
"""Largest magnitude in grid steps: doubles hold every integer up to this; larger values are clamped."""

_SMALL_DIGITS = 15  # whole numbers of so many digits are below LARGEST


@dataclass(frozen=True, slots=True)
class Grid:
    """The values of one expression as whole numbers.

    Attributes:
        step: What one grid step is worth, in the column's unit.
        type: DuckDB type of a sum over the grid.
        scale_of_mean: Decimal places of a mean; None when means are DOUBLE.
        is_small: True when every value of the type is a whole number of steps within `LARGEST`.
    """

    step: Fraction
    type: str
    scale_of_mean: int | None = None
    is_small: bool = False

    @property
    def type_of_mean(self) -> str:
        """DuckDB type of a mean over the grid."""
        return "DOUBLE" if self.scale_of_mean is None else f"DECIMAL(38,{self.scale_of_mean})"

    def snapped(self, column: str) -> str:
        """Return SQL for the nearest grid step of the column (already quoted), a BIGINT; NULL and NaN give NULL."""
        if self.is_small:
            return (
                f"CAST({column} * {self.step.denominator} AS BIGINT)" if self.step != 1 else f"CAST({column} AS BIGINT)"
            )
        value = f"CAST({column} AS DOUBLE)"
        steps = f"round({value} * {self.step.denominator}.0 / {self.step.numerator}.0)"
        inside = f"CAST(least(greatest({steps}, -{LARGEST}), {LARGEST}) AS BIGINT)"
        return f"CASE WHEN NOT isnan({value}) THEN {inside} END"

    def value(self, steps: int) -> int | float | Decimal:
        """Return what *steps* grid steps are worth, as a value of the grid's type."""
        worth = steps * self.step
        if self.type == "HUGEINT":
            return int(worth)
        if self.type == "DOUBLE":
            return float(worth)
        return Decimal(worth.numerator) / Decimal(worth.denominator)


def grid_of(type_name: str, expression: str, float_step: Fraction) -> Grid:
    """Return the grid of a column of the given DuckDB type.

    Args:
        type_name: DuckDB's name of the type.
        expression: The SQL expression, for the message.
        float_step: Grid of FLOAT and DOUBLE.

    Raises:
        NotEnforceableError: The values are not numbers.
    """
    if type_name in DIGITS:
        return Grid(Fraction(1), "HUGEINT", is_small=DIGITS[type_name] <= _SMALL_DIGITS)
    if type_name in FLOATS:
        return Grid(float_step, "DOUBLE")
    if decimal := decimal_digits(type_name):
        digits, scale = decimal
        small = digits <= _SMALL_DIGITS
        return Grid(Fraction(1, 10**scale), f"DECIMAL(38,{scale})", scale_of_mean(scale), is_small=small)
    raise NotEnforceableError(f"{expression} is {type_name}; sums and averages need numbers")


def scale_of_mean(scale: int) -> int:
    """Return the decimal places of AVG over decimals with *scale* places: four more, at most 38.

    Source: Spark's `Average`, whose result has the type decimal(p + 4, s + 4), bounded by 38.
    """
    return min(scale + 4, 38)


def rounded(steps: int, factor: int) -> int:
    """Return *steps* / *factor* as DuckDB's round() gives it: to the nearest whole number, halves away from zero."""
    magnitude = (2 * abs(steps) + factor) // (2 * factor)
    return magnitude if steps >= 0 else -magnitude
