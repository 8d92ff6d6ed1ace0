"""What a model expects at a path."""

from __future__ import annotations

from decimal import Decimal

from declarations.base import Declaration
from declarations.refusals.shape import expected_at


class Drawing(Declaration):
    """Shapes by their names, and where they are."""

    shapes: dict[str, str]
    points: tuple[Decimal, ...]
    colour: str


def test_paths_that_a_model_does_not_know_lead_nowhere() -> None:
    assert expected_at(Drawing, ("shapes", 0)) == ()
    assert expected_at(Drawing, ("colour", 0)) == ()
    assert expected_at(Drawing, ("points", 0)) == (Decimal,)
