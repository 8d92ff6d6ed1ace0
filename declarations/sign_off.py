"""A second person's consent to a change that loosens the protection of rooms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from declarations.base import Declaration, Problem
from declarations.policy_settings import Line

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""The identity of one state: a SHA-256 in hexadecimal, as `cleanroom diff` prints it."""


class SignOff(Declaration):
    """Consent to exactly one change: from one state to one other."""

    old: Digest
    """The state as it was."""
    new: Digest
    """The state as it becomes, with what it loosens."""
    author: Line
    """Who made the changes."""
    reviewer: Line
    """Who consents: somebody else."""
    date: date
    """The day of the consent."""
    reason: Line
    """Why it is right to loosen."""

    def problems(self) -> Iterator[Problem]:
        """Nobody consents to their own changes."""
        if same_person(self.author, self.reviewer):
            yield Problem(("reviewer",), f"{self.reviewer!r} made the changes; somebody else must sign them off")


class SignOffs(Declaration):
    """What a `signoff.yaml` holds."""

    version: Literal[2]
    """The format. Version 1 named what loosens but no states, so that a consent could be reused."""
    sign_offs: tuple[SignOff, ...] = ()
    """The consents; old ones may stay, as each is about one change."""


class StateChange(Declaration):
    """What consent needs to know about a change from one state of rooms and decisions to another."""

    old: Digest
    """The state as it was."""
    new: Digest
    """The state as it becomes, with what it loosens."""
    loosened: tuple[str, ...] = ()
    """What it loosens: names of declarations, queries and decisions."""
    sign_offs: tuple[SignOff, ...] = ()
    """The consents that are on file, to this change and to others."""
    used: tuple[SignOff, ...] = ()
    """Those of *sign_offs* that the old state already had: they belong to an earlier change."""


def same_person(one: str, other: str) -> bool:
    """Return whether two names are the same person's, ignoring case and surrounding whitespace."""
    return one.strip().casefold() == other.strip().casefold()
