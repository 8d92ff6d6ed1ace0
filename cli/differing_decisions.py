"""Two states of a company's decisions compared: levels, own packs, numbers, and what is waived.

Code of own packs is not run, and evidence not read: that they change is for the code host's reviewers.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final

from cli.opening import OpenedRoom
from cli.opening_bigquery import OpenedBigQueryRoom
from declarations.loading.document import Document
from declarations.loading.waivers import comment_waivers, load_policy_settings
from declarations.policy_settings import PolicyChoice, PolicySettings
from policies.changes.comparing import Change
from policies.changes.effects import Effect
from policies.configuration import find_settings, waivers_of
from policies.policy import Level
from policies.registry import POLICIES

AnyRoom = OpenedRoom | OpenedBigQueryRoom
Days = Mapping[str, date]
"""The last day of each waiver, by what it excuses."""

_STRICTNESS: Final = (Level.DISABLED, Level.ADVISORY, Level.MANDATORY)
_USUAL: Final = {policy.name: policy.level for policy in POLICIES}


def decisions_between(
    before: Mapping[str, AnyRoom], after: Mapping[str, AnyRoom], old: Path, new: Path
) -> Iterator[Change]:
    """Yield what differs in the decisions about rooms that are in both states, and in the waivers of all rooms.

    Args:
        before: The rooms as they were, by place.
        after: As they are to be.
        old: Where the old state is.
        new: Where the new state is.

    Raises:
        LoadingError: A `policies.yaml`, its waivers or a comment is wrong.
    """
    settings = {}
    for was, becomes in pairs(before, after):
        files = tuple(find_settings(room.loaded.folder) if room else None for room in (was, becomes))
        if was and becomes:
            settings[files] = _label(files[1], new) if files[1] else _label(files[0], old)
        yield from _waived(becomes.title if becomes else "", *(_comments(room) for room in (was, becomes)))
    for (file, later), label in settings.items():
        if file or later:
            yield from _settings(
                label, *(load_policy_settings(one) if one else PolicySettings() for one in (file, later))
            )
            yield from _waived("waivers", *(_filed(one) for one in (file, later)))


def pairs(
    before: Mapping[str, AnyRoom], after: Mapping[str, AnyRoom]
) -> Iterator[tuple[AnyRoom | None, AnyRoom | None]]:
    """Yield the rooms of two states that belong together: a single one of each, or those of one place."""
    if len(before) == len(after) == 1:
        yield next(iter(before.values())), next(iter(after.values()))
        return
    yield from ((before.get(place), after.get(place)) for place in dict.fromkeys((*before, *after)))


def _label(file: Path | None, state: Path) -> str:
    """Return how a file is named in both states alike: from the state's folder."""
    folder = state if state.is_dir() else state.parent
    return Path(os.path.relpath(file, folder.resolve())).as_posix() if file else ""


def _settings(label: str, old: PolicySettings, new: PolicySettings) -> Iterator[Change]:
    if old.baseline != new.baseline:
        effect = Effect.TIGHTENS if new.baseline else Effect.LOOSENS
        yield Change(effect, f"{label}/baseline", f"was {_yes(old.baseline)}, is {_yes(new.baseline)}")
    for pack in dict.fromkeys((*old.packs, *new.packs)):
        if (pack in old.packs) is not (pack in new.packs):
            message = "is new: its code is run" if pack in new.packs else "is gone: its policies are not asked"
            yield Change(Effect.LOOSENS, f"{label}/packs/{pack}", message)
    if old.evidence != new.evidence:
        yield Change(
            Effect.LOOSENS, f"{label}/evidence", f"was {old.evidence or 'usual'}, is {new.evidence or 'usual'}"
        )
    for name in dict.fromkeys((*old.policies, *new.policies)):
        was, becomes = (side.policies.get(name) or PolicyChoice() for side in (old, new))
        yield from _choice(f"{label}/policies/{name}", _USUAL.get(name), was, becomes)


def _choice(target: str, usual: Level | None, old: PolicyChoice, new: PolicyChoice) -> Iterator[Change]:
    """Yield what differs in one policy; where nobody can tell what is looser, somebody has to look."""
    was, becomes = (Level(side.level) if side.level else usual for side in (old, new))
    if was is not becomes:
        known = was is not None and becomes is not None
        stricter = known and _STRICTNESS.index(becomes) > _STRICTNESS.index(was)
        effect = Effect.TIGHTENS if stricter else Effect.LOOSENS
        yield Change(effect, f"{target}/level", f"was {was or 'its own'}, is {becomes or 'its own'}")
    if (old.configuration or {}) != (new.configuration or {}):
        message = f"was {old.configuration or 'its own'}, is {new.configuration or 'its own'}"
        yield Change(Effect.LOOSENS, f"{target}/configuration", message)


def _yes(value: bool) -> str:
    return "true" if value else "false"


def _waived(name: str, old: Days, new: Days) -> Iterator[Change]:
    """Yield waivers that come, go, or hold longer or shorter."""
    for excused in dict.fromkeys((*old, *new)):
        was, becomes = old.get(excused), new.get(excused)
        if was != becomes:
            longer = becomes is not None and (was is None or becomes > was)
            effect = Effect.LOOSENS if longer else Effect.TIGHTENS
            told = [f"waived until {day}" if day else "not waived" for day in (was, becomes)]
            yield Change(effect, f"{name}/{excused}".strip("/"), f"was {told[0]}, is {told[1]}")


def _filed(file: Path | None) -> Days:
    named = waivers_of(file) if file else ()
    return {" ".join(filter(None, (one.policy, "on", one.target, one.part))): one.expires for one in named}


def _comments(room: AnyRoom | None) -> Days:
    if not isinstance(room, OpenedRoom) or room.loaded.document is None or room.loaded.path.suffix == ".json":
        return {}
    document = room.loaded.document
    found: dict[str, date] = {}
    for one in comment_waivers(document):
        begun = _begun(document, one.excused_line or one.line)
        excused = f"{one.policy} on {begun}"
        found[excused] = max(one.expires, found.get(excused, one.expires))
    return found


def _begun(document: Document, line: int) -> str:
    """Return what begins on a line: list items by name where they have one, and the text of the line."""
    paths = (path for path in document.values if document.value_place(path).line == line)
    path = min(paths, key=len, default=())
    value, names = document.value, []
    for step in path:
        value = value[step]
        name = (value.get("name") or value.get("account_id")) if isinstance(value, dict) else None
        names.append(str(name if name and isinstance(step, int) else step))
    text = document.lines[line - 1].partition("#")[0].strip() if line <= len(document.lines) else ""
    return f"{'/'.join(names)}: {text}"
