"""How messages name things: lists that stay short, and the name that was probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_SHOWN: Final = 12
_SHORT: Final = 60
"""Characters of a value that a message shows."""
_NEAR: Final = 0.7
"""How alike a word and a suggestion must be, as difflib's ratio: a slip or two of the keyboard."""
_BEGINNING: Final = 5
"""Fewest letters of a word that is taken for the beginning of a longer name."""


def listed(names: Iterable[str], *, nothing: str = "none", first: str | None = None) -> str:
    """Return the names quoted, with commas between them; of more than 12 the first 12 and the number of all.

    Args:
        names: The names, in the order in which they are shown.
        nothing: What to say when there are none.
        first: A name that must be among those shown, because the message suggests it.
    """
    known = list(names)
    shown = known[:_SHOWN]
    if first in known and first not in shown:
        shown[-1] = first
    rest = f", ... ({len(known):,} in all)" if len(known) > len(shown) else ""
    return ", ".join(repr(name) for name in shown) + rest or nothing


def closest(word: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate that *word* was probably meant to be; None if none is similar.

    One that is near comes before one with the same letters in another order (in a short word, two swapped letters are
    far apart for difflib), and that before the only one that *word* begins.
    """
    import difflib  # needed only when something is wrong

    by_folded, folded = {candidate.casefold(): candidate for candidate in candidates}, word.casefold()
    swapped = [name for name in by_folded if sorted(name) == sorted(folded)]
    near = difflib.get_close_matches(folded, by_folded, n=1, cutoff=_NEAR) or swapped
    begun = [name for name in by_folded if len(word) >= _BEGINNING and name.startswith(folded)]
    return by_folded[(near or begun)[0]] if near or len(begun) == 1 else None


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """Return "; did you mean 'x'?" for the candidate that *word* was probably meant to be, or ""."""
    near = closest(word, candidates)
    return "" if near is None else f"; did you mean {near!r}?"


def counted(number: int, one: str, more: str | None = None) -> str:
    """Return "1 row" or "2,000 rows".

    Args:
        number: How many.
        one: The word for one.
        more: The word for any other number; absent: that for one with an s.
    """
    return f"{number:,} {one if number == 1 else more or f'{one}s'}"


def shortened(value: str) -> str:
    """Return *value* with its middle left out if it is too long for a message."""
    half = _SHORT // 2
    return value if len(value) <= _SHORT else f"{value[:half]}...{value[-half:]}"
