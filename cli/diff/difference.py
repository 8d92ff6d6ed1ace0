"""Two states of rooms compared: declarations field by field, every query judged under both, and who consents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cli.diff.decision_changes import decisions_between
from cli.diff.decisions import counterpart
from cli.diff.opened_state import DecidedRoom, OpenedState, open_state, pairs
from cli.diff.query_changes import queries_between
from cli.diff.view_links import view_links
from cli.rooms.finding import is_room
from declarations.bigquery.room import BigQueryRoom
from declarations.clean_room import CleanRoom
from declarations.loading import LoadingError
from declarations.loading.sign_offs import SIGN_OFF_FILE, load_sign_offs
from declarations.sign_off import SignOff, StateChange
from policies.changes.comparing import Change, compare, digests
from policies.changes.consenting import judge_change
from policies.changes.effects import Effect
from policies.changes.views import compare_views
from policies.configuration import decided, find_settings
from policies.judging import Result
from policies.policy import Level
from policies.registry import CHANGE_POLICIES
from simulator.settings import Settings


@dataclass(frozen=True, slots=True)
class Comparing:
    """What two states are compared with, beside themselves.

    Attributes:
        settings: How open questions are read.
        today: The day.
        policies: The `policies.yaml` of the new state; None: the nearest of each room.
        sign_offs: The file of consents; None: that beside the new state.
        may_be_new: Whether there may be no room in the old state: all are new then.
    """

    settings: Settings
    today: date
    policies: Path | None = None
    sign_offs: Path | None = None
    may_be_new: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two states, and what the company's policies say about it.

    Attributes:
        changes: Everything that differs.
        change: The same, as far as consent goes.
        results: What the policies on changes say, as the old state's decisions set them.
    """

    changes: tuple[Change, ...]
    change: StateChange
    results: tuple[Result, ...]

    @property
    def passes(self) -> bool:
        """Tell whether no mandatory policy is broken."""
        return not any(one.violations and one.chosen.level is Level.MANDATORY for one in self.results)

    @property
    def consent(self) -> SignOff | None:
        """The sign-off that holds for this change; None where there is none, or none is needed."""
        if not self.results or any(one.violations for one in self.results):
            return None
        return next((one for one in self.change.sign_offs if _is_of(one, self.change)), None)


def _is_of(sign_off: SignOff, change: StateChange) -> bool:
    return bool(change.loosened) and (sign_off.old, sign_off.new) == (change.old, change.new)


def difference(old: Path, new: Path, comparing: Comparing) -> Difference:
    """Return what differs between two states of a room, or of a folder of rooms.

    The decisions of the old state say who has to consent: no change excuses itself.

    Args:
        old: The room or rooms as they were.
        new: As they are to be. Rooms of two folders belong together by their place in them.
        comparing: What they are compared with.

    Raises:
        LoadingError: With everything that is wrong with the files.
    """
    named = comparing.policies
    after = open_state(new, comparing.settings, named)
    earlier = counterpart(new, old, named) if named else None
    is_new = comparing.may_be_new and not is_room(str(old))
    before = OpenedState(old, {}) if is_new else open_state(old, comparing.settings, earlier)
    changes = _changes(before, after)
    change = _consented(before, after, changes, comparing.sign_offs)
    files = dict.fromkeys(room.decisions.file for room in before.rooms.values()) or {
        earlier or find_settings(old): None
    }
    judged = (judge_change(change, decided(file, CHANGE_POLICIES), comparing.today) for file in files)
    return Difference(changes, change, tuple(result for results in judged for result in results))


def _changes(before: OpenedState, after: OpenedState) -> tuple[Change, ...]:
    rooms = (change for pair in pairs(before.rooms, after.rooms) for change in _of_room(*pair))
    return (*rooms, *decisions_between(before, after))


def _consented(before: OpenedState, after: OpenedState, changes: tuple[Change, ...], named: Path | None) -> StateChange:
    file = named or after.folder / SIGN_OFF_FILE
    earlier = counterpart(after.folder, before.folder, file)
    old, new = digests(before.values(), after.values(), changes)
    return StateChange(
        old=old,
        new=new,
        loosened=tuple(dict.fromkeys(change.target for change in changes if change.effect is Effect.LOOSENS)),
        sign_offs=load_sign_offs(file) if named or file.exists() else (),
        used=_used(earlier) if earlier and earlier.resolve() != file.resolve() else (),
    )


def _used(earlier: Path) -> tuple[SignOff, ...]:
    """Return the consents that the old state had; of a file that cannot be read, none can be used again."""
    try:
        return load_sign_offs(earlier)
    except LoadingError:
        return ()


def _of_room(old: DecidedRoom | None, new: DecidedRoom | None) -> Iterator[Change]:
    name = next(room.opened.title for room in (new, old) if room)
    yield from _declared(name, old.opened.room if old else None, new.opened.room if new else None)
    if old and new:
        yield from queries_between(name, old, new)


def _declared(
    name: str, old: CleanRoom | BigQueryRoom | None, new: CleanRoom | BigQueryRoom | None
) -> Iterator[Change]:
    """Compare the declarations, those of each cloud with their like."""
    if isinstance(old, CleanRoom) or isinstance(new, CleanRoom):
        before, after = (room if isinstance(room, CleanRoom) else None for room in (old, new))
        yield from compare(name, before, after)
    if isinstance(old, BigQueryRoom) or isinstance(new, BigQueryRoom):
        old_views, new_views = (room if isinstance(room, BigQueryRoom) else None for room in (old, new))
        yield from compare_views(name, old_views, new_views, view_links(old_views), view_links(new_views))
