"""Two states of rooms compared: declarations field by field, and every query judged under both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from cli.differing_decisions import AnyRoom, decisions_between, pairs
from cli.finding_rooms import rooms_at
from cli.opening import open_any_room
from declarations.bigquery.room import BigQueryRoom
from declarations.clean_room import CleanRoom
from declarations.loading import LoadingError, QueryFile, load_queries
from declarations.loading.problems import FileProblem
from declarations.sign_off import SignOff
from policies.changes.comparing import Change, compare, digest
from policies.changes.effects import Effect
from policies.changes.views import compare_views
from simulator.analysis_rules import judge
from simulator.settings import Settings
from simulator.verdict import Outcome

_OPEN: Mapping[Outcome, int] = {Outcome.DENIED: 0, Outcome.UNDOCUMENTED: 1, Outcome.ALLOWED: 2}


def changes_between(old: Path, new: Path, settings: Settings) -> tuple[Change, ...]:
    """Return everything that differs between two states of a room, or of a folder of rooms.

    Args:
        old: The room or rooms as they were.
        new: As they are to be. Rooms of two folders belong together by their place in them.
        settings: How open questions are read.

    Raises:
        LoadingError: With everything that is wrong with the files.
    """
    before, after = _rooms(old, settings), _rooms(new, settings)
    rooms = tuple(change for pair in pairs(before, after) for change in _changes(*pair))
    return (*rooms, *decisions_between(before, after, old, new))


def _rooms(path: Path, settings: Settings) -> dict[str, AnyRoom]:
    return {str(room.relative_to(path)): open_any_room(room, settings) for room in rooms_at([path])}


def _changes(old: AnyRoom | None, new: AnyRoom | None) -> Iterator[Change]:
    name = next(room.title for room in (new, old) if room)
    yield from _declared(name, old.room if old else None, new.room if new else None)
    if old and new:
        yield from _verdicts(name, old, new)


def _declared(
    name: str, old: CleanRoom | BigQueryRoom | None, new: CleanRoom | BigQueryRoom | None
) -> Iterator[Change]:
    """Compare the declarations, those of each cloud with their like."""
    if isinstance(old, CleanRoom) or isinstance(new, CleanRoom):
        of_aws = (room if isinstance(room, CleanRoom) else None for room in (old, new))
        yield from compare(name, *of_aws)
    if isinstance(old, BigQueryRoom) or isinstance(new, BigQueryRoom):
        of_bigquery = (room if isinstance(room, BigQueryRoom) else None for room in (old, new))
        yield from compare_views(name, *of_bigquery)


def _verdicts(name: str, old: AnyRoom, new: AnyRoom) -> Iterator[Change]:
    """Yield the queries whose verdict changes: the same text, judged under both states of the rules."""
    for query in _queries(old, new):
        outcomes = (judge(room.subject_of(query).request).outcome for room in (old, new))
        yield from _verdict(f"{name}/queries/{query.name}", *outcomes)
    old_templates, new_templates = (
        {one.name: one for one in room.subjects if one.kind == "template"} for room in (old, new)
    )
    for template in sorted(old_templates.keys() & new_templates.keys()):
        outcomes = (judge(known[template].request).outcome for known in (old_templates, new_templates))
        yield from _verdict(f"{name}/templates/{template}", *outcomes)


def _verdict(target: str, before: Outcome, after: Outcome) -> Iterator[Change]:
    if before is not after:
        effect = Effect.LOOSENS if _OPEN[after] > _OPEN[before] else Effect.TIGHTENS
        yield Change(effect, target, f"was {before}, is {after}")


def _queries(old: AnyRoom, new: AnyRoom) -> Iterator[QueryFile]:
    """Yield every query of either state, with its new text where there is one; templates apart."""
    found = {query.name: query for room in (old, new) for query in load_queries(room.loaded.folder)}
    templates = {one.path for room in (old, new) for one in room.subjects if one.kind == "template"}
    yield from (query for query in found.values() if query.path.resolve() not in templates)


def signed_off(changes: tuple[Change, ...], sign_offs: tuple[SignOff, ...], today: date, file: Path) -> SignOff | None:
    """Return the consent to exactly these loosening changes, if somebody has given it.

    Raises:
        LoadingError: It is of a day that is still to come.
    """
    found = next((one for one in sign_offs if one.changes == digest(changes)), None)
    if found is not None and found.date > today:
        message = f"the sign-off of {found.reviewer!r} is of {found.date}, a day still to come"
        raise LoadingError([FileProblem(str(file), message)])
    return found
