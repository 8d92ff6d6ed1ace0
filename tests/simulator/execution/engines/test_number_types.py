"""The list of number types is the engine's own, and every whole number can be summed."""

from __future__ import annotations

from fractions import Fraction

import duckdb
import pytest

from simulator.execution.engines.number_types import DIGITS, SIGNED, WITHIN_HUGEINT
from simulator.execution.private.grid import grid_of


def test_whole_numbers_are_those_of_the_engine() -> None:
    """No type that the engine has is left out, so that none is taken for text or for a fraction."""
    with duckdb.connect() as connection:
        found = connection.execute(
            "SELECT DISTINCT logical_type FROM duckdb_types() WHERE regexp_matches(logical_type, 'INT(EGER)?$')"
        ).fetchall()
    assert {name for (name,) in found} | {"BOOLEAN"} == set(DIGITS)


@pytest.mark.parametrize("kind", DIGITS)
def test_every_whole_number_has_a_grid(kind: str) -> None:
    """Sums of the widest types, too, are whole."""
    assert grid_of(kind, "x", Fraction(1, 2)).step == 1


@pytest.mark.parametrize("kind", sorted(DIGITS))
def test_digits_are_those_of_the_largest_value(kind: str) -> None:
    """One digit less would call a cast safe that fails."""
    if kind == "BOOLEAN":
        return
    bits = {"TINY": 8, "SMAL": 16, "INTE": 32, "BIGI": 64, "HUGE": 128}[kind.removeprefix("U")[:4]]
    largest = 2 ** (bits - (kind in SIGNED)) - 1
    assert DIGITS[kind] == len(str(largest))


@pytest.mark.parametrize("kind", sorted(WITHIN_HUGEINT))
def test_what_is_within_hugeint_casts_to_it(kind: str) -> None:
    """No row fails."""
    bits = {"TINY": 8, "SMAL": 16, "INTE": 32, "BIGI": 64, "HUGE": 128}[kind.removeprefix("U")[:4]]
    largest = 2 ** (bits - (kind in SIGNED)) - 1
    with duckdb.connect() as connection:
        assert connection.execute(f"SELECT ({largest}::{kind})::HUGEINT::VARCHAR").fetchall() == [(str(largest),)]
