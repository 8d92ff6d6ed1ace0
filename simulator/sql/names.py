"""How names in SQL are compared: without case, in ASCII only."""

from __future__ import annotations

from sqlglot import exp

_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def folded(name: str) -> str:
    """Return *name* with A-Z in lower case and everything else untouched.

    `str.lower` would turn the Kelvin sign into an ASCII "k", so that a look-alike name would equal a real one.
    """
    return name.lower() if name.isascii() else name.translate(_LOWER)


def name_of(identifier: object) -> str:
    """Return the folded name of an exp.Identifier (or of what stands in its place); "" for nothing."""
    if isinstance(identifier, str):
        return folded(identifier)
    return folded(identifier.name) if isinstance(identifier, exp.Expr) else ""
