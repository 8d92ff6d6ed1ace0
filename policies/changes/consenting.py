"""Evaluate policies about changes of rooms, which policies about a single state cannot see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from declarations.clean_room import CleanRoom
from declarations.sign_off import StateChange
from declarations.unknown import UNKNOWN, partly_known
from policies.judging import Chosen, Result, judge_one
from policies.subjects import Estate, NamedRoom, Placed, Subject

CHANGE: Final = "change"
"""The target's name in reports: a change is not part of any room."""


def _none(_named: NamedRoom, _estate: Estate) -> Iterator[Placed[StateChange]]:
    return iter(())


CHANGES = Subject("changes", _none)
"""A change from one state to another. No room holds it; the caller, who knows both states, passes it in."""


def judge_change(change: StateChange, chosen: Sequence[Chosen], today: date) -> tuple[Result, ...]:
    """Evaluate policies about a change.

    Args:
        change: The change.
        chosen: Policies whose subject is `CHANGES`.
        today: The current day; a sign-off with a later date does not count.
    """
    room = NamedRoom(CHANGE, partly_known(CleanRoom, {"region": UNKNOWN}))
    placed = Placed(change, CHANGE, (), room, Estate((room,), today))
    return tuple(judge_one(one, placed) for one in chosen)
