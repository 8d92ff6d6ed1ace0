"""A second person's consent to changes that loosen a room."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from pydantic import Field

from declarations.base import Declaration, Problem
from declarations.policy_settings import Line


class SignOff(Declaration):
    """Consent to exactly one set of changes."""

    changes: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    """The digest of the loosening changes, as `cleanroom diff` prints it."""
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
        if self.author.strip().casefold() == self.reviewer.strip().casefold():
            yield Problem(("reviewer",), f"{self.reviewer!r} made the changes; somebody else must sign them off")


class SignOffs(Declaration):
    """What a `signoff.yaml` holds."""

    sign_offs: tuple[SignOff, ...] = ()
    """The consents; old ones may stay, as each is about changes of its own."""
