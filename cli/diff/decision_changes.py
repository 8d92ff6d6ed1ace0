"""Two states of a company's decisions compared: levels, numbers, own packs, evidence, and what is waived."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from cli.diff.decisions import Days, Decisions
from cli.diff.evidence_changes import evidence_between
from cli.diff.opened_state import OpenedState, pairs
from declarations.naming import listed
from declarations.policy_settings import PolicyChoice, PolicySettings
from policies.changes.comparing import Change
from policies.changes.effects import Effect
from policies.policy import Level
from policies.registry import BASELINE

_STRICTNESS: Final = (Level.DISABLED, Level.ADVISORY, Level.MANDATORY)
_USUAL: Final = {policy.name: policy.level for policy in BASELINE}


def decisions_between(before: OpenedState, after: OpenedState) -> Iterator[Change]:
    """Yield what differs in the decisions about rooms that are in both states, and in the comments of all rooms."""
    decided: dict[str, tuple[Decisions, Decisions]] = {}
    for was, becomes in pairs(before.rooms, after.rooms):
        if was and becomes:
            label = _label(before, was.decisions, after, becomes.decisions)
            decided[f"{was.decisions.file} {becomes.decisions.file} {label}"] = was.decisions, becomes.decisions
        title = becomes.opened.title if becomes else ""
        yield from _waived(title, *(room.comments if room else {} for room in (was, becomes)))
    for old, new in decided.values():
        yield from _decided(_label(before, old, after, new), old, new)


def _label(before: OpenedState, old: Decisions, after: OpenedState, new: Decisions) -> str:
    if new.file:
        return after.name_of(new.file)
    return before.name_of(old.file) if old.file else ""


def _decided(label: str, old: Decisions, new: Decisions) -> Iterator[Change]:
    yield from _settings(label, old.settings, new.settings)
    for pack in dict.fromkeys((*old.packs, *new.packs)):
        yield from _pack(f"{label}/packs/{pack}", old.packs.get(pack), new.packs.get(pack))
    yield from evidence_between(f"{label}/evidence", old.evidence, new.evidence)
    yield from _waived("waivers", old.waivers, new.waivers)


def _settings(label: str, old: PolicySettings, new: PolicySettings) -> Iterator[Change]:
    if old.baseline != new.baseline:
        effect = Effect.TIGHTENS if new.baseline else Effect.LOOSENS
        yield Change(effect, f"{label}/baseline", f"was {_yes(old.baseline)}, is {_yes(new.baseline)}")
    for name in dict.fromkeys((*old.policies, *new.policies)):
        was, becomes = (side.policies.get(name) or PolicyChoice() for side in (old, new))
        yield from _choice(f"{label}/policies/{name}", _USUAL.get(name), was, becomes)


def _pack(target: str, old: Mapping[str, str] | None, new: Mapping[str, str] | None) -> Iterator[Change]:
    """Yield that an own pack differs: nobody can tell from code which way."""
    if old is None or new is None:
        message = "is new: its code is run" if old is None else "is gone: its policies are not asked"
        yield Change(Effect.LOOSENS, target, message)
    elif changed := [file for file in sorted({*old, *new}) if old.get(file) != new.get(file)]:
        yield Change(Effect.LOOSENS, target, f"its code changes: {listed(changed)}")


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
