"""Policies asked about a change of rooms: what policies on declarations, which know one state only, cannot see."""

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
"""What reports call the target: it is no part of a room."""


def _none(_named: NamedRoom, _estate: Estate) -> Iterator[Placed[StateChange]]:
    return iter(())


CHANGES = Subject("changes", _none)
"""A change from one state to another; no room holds it, so whoever knows both states has to bring it."""


def judge_change(change: StateChange, chosen: Sequence[Chosen], today: date) -> tuple[Result, ...]:
    """Return what policies say about a change.

    Args:
        change: The change.
        chosen: Policies whose subject is `CHANGES`.
        today: The day: nobody has consented tomorrow.
    """
    room = NamedRoom(CHANGE, partly_known(CleanRoom, {"region": UNKNOWN}))
    placed = Placed(change, CHANGE, (), room, Estate((room,), today))
    return tuple(judge_one(one, placed) for one in chosen)
