"""How messages name things: lists that stay short, and the name that was probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_SHOWN: Final = 12
_NEAR: Final = 0.7
"""How alike a word and a suggestion must be, as difflib's ratio: a slip or two of the keyboard."""


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
    """Return the candidate that *word* was probably meant to be; None when none is near."""
    import difflib  # needed only when something is wrong

    by_folded = {candidate.casefold(): candidate for candidate in candidates}
    near = difflib.get_close_matches(word.casefold(), by_folded, n=1, cutoff=_NEAR)
    return by_folded[near[0]] if near else None


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """Return "; did you mean 'x'?" for the candidate that *word* was probably meant to be, or ""."""
    near = closest(word, candidates)
    return "" if near is None else f"; did you mean {near!r}?"
