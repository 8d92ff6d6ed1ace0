"""How the values of one field are compared: which way is looser.

If the direction is unclear (another role, another query text, a list whose absence is not documented), the change
counts as loosening: somebody has to review it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Effect(StrEnum):
    """What a change does to the protection of the data."""

    LOOSENS = "loosens"
    """It shows more data, or to more people, or the effect is unclear."""
    TIGHTENS = "tightens"
    """It shows less data, or to fewer people."""
    LEAVES = "leaves"
    """It does not affect privacy."""


class Absence(StrEnum):
    """The meaning of an absent list."""

    NOTHING = "nothing"
    """The same as an empty list."""
    EVERYTHING = "everything"
    """No limit."""
    UNSETTLED = "unsettled"
    """The documentation does not say, or it depends."""


@dataclass(frozen=True, slots=True)
class Neutral:
    """A field that has nothing to do with privacy."""

    reason: str


@dataclass(frozen=True, slots=True)
class Either:
    """A field of which any change may loosen."""

    def effect(self, _old: object, _new: object) -> Effect:
        """Return LOOSENS, so that somebody reviews the change."""
        return Effect.LOOSENS


@dataclass(frozen=True, slots=True)
class Ordered:
    """A field whose values are ordered from tight to loose; a change from or to any other value loosens."""

    tight_to_loose: tuple[object, ...]

    def effect(self, old: object, new: object) -> Effect:
        """Compare the positions of two values in the order."""
        if old not in self.tight_to_loose or new not in self.tight_to_loose:
            return Effect.LOOSENS
        looser = self.tight_to_loose.index(new) > self.tight_to_loose.index(old)
        return Effect.LOOSENS if looser else Effect.TIGHTENS


@dataclass(frozen=True, slots=True)
class Number:
    """A number of which a higher (or a lower) value loosens; a change from or to absence loosens."""

    higher_loosens: bool

    def effect(self, old: float | None, new: float | None) -> Effect:
        """Compare two different numbers."""
        if old is None or new is None:
            return Effect.LOOSENS
        return Effect.LOOSENS if (new > old) is self.higher_loosens else Effect.TIGHTENS


def each(value: Iterable[Any]) -> Iterable[Any]:
    """Return the items of a list as they are."""
    return value


@dataclass(frozen=True, slots=True)
class Items:
    """A list whose order does not matter: an additional item loosens, or tightens.

    Attributes:
        items: Takes the list apart into what can be compared.
    """

    more_loosens: bool = True
    absent: Absence = Absence.NOTHING
    items: Callable[[Any], Iterable[Any]] = each


@dataclass(frozen=True, slots=True)
class Nested:
    """A declaration, a list of declarations identified by *key*, or a mapping of names to declarations.

    Attributes:
        key: The name of an item of a list; None: no list.
    """

    appears: Effect
    vanishes: Effect
    key: Callable[[Any], str] | None = None


Comparison = Neutral | Either | Ordered | Number | Items | Nested
