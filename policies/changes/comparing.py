"""Two states of a room compared, field by field, in privacy terms."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from declarations.base import Declaration
from declarations.clean_room import CleanRoom
from policies.changes.effects import Absence, Comparison, Effect, Items, Nested, Neutral
from policies.changes.fields import FIELDS


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two states of a room.

    Attributes:
        effect: What it does.
        target: Where: the names of the declarations on the way, and the field.
        message: What it was and what it is.
    """

    effect: Effect
    target: str
    message: str


def compare(name: str, old: CleanRoom | None, new: CleanRoom | None) -> tuple[Change, ...]:
    """Return everything that differs between two states of a room.

    Args:
        name: The room's name, the first word of every target.
        old: The room as it was; None if it is new.
        new: The room as it is to be; None if it is removed.
    """
    return tuple(_nested(name, Nested(Effect.LOOSENS, Effect.TIGHTENS), old, new))


def digests(old: Mapping[str, object], new: Mapping[str, object], changes: tuple[Change, ...]) -> tuple[str, str]:
    """Return the digests of the old and the new state, which identify this change for its sign-off.

    What both states share is left out, so that an unrelated change does not invalidate the sign-off.

    Args:
        old: The compared parts of the old state: JSON-like values by their place.
        new: The same parts of the new state.
        changes: All differences; those that loosen are part of the new state's digest.
    """
    differing = sorted(where for where in {*old, *new} if old.get(where) != new.get(where))
    loosening = sorted((change.target, change.message) for change in changes if change.effect is Effect.LOOSENS)
    before = [[where, old.get(where)] for where in differing]
    after = [[where, new.get(where)] for where in differing]
    return _sha256(before), _sha256([after, loosening])


def _sha256(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _declaration(target: str, old: Declaration, new: Declaration) -> Iterator[Change]:
    for name, comparison in FIELDS[type(new).__name__].items():
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield from _field(f"{target}/{name}", comparison, before, after)


def _field(target: str, comparison: Comparison, old: object, new: object) -> Iterator[Change]:
    if isinstance(comparison, Nested):
        yield from _nested(target, comparison, old, new)
    elif isinstance(comparison, Items):
        yield from _items(target, comparison, old, new)
    else:
        effect = Effect.LEAVES if isinstance(comparison, Neutral) else comparison.effect(old, new)  # type: ignore[arg-type] # a field's comparison takes the field's values
        yield Change(effect, target, f"was {_told(old)}, is {_told(new)}")


def _nested(target: str, comparison: Nested, old: object, new: object) -> Iterator[Change]:
    if comparison.key is not None or isinstance(old, Mapping) or isinstance(new, Mapping):
        before, after = _by_name(comparison, old), _by_name(comparison, new)
        single = Nested(comparison.appears, comparison.vanishes)
        for name in dict.fromkeys((*before, *after)):
            if before.get(name) != after.get(name):
                yield from _nested(f"{target}/{name}", single, before.get(name), after.get(name))
    elif old is None:
        yield Change(comparison.appears, target, "is new")
    elif new is None:
        yield Change(comparison.vanishes, target, "is gone")
    else:
        assert isinstance(old, Declaration)  # noqa: S101 - FIELDS nests declarations only; a test walks them all
        assert isinstance(new, Declaration)  # noqa: S101 - as above
        yield from _declaration(target, old, new)


def _by_name(comparison: Nested, value: object) -> Mapping[str, object]:
    if isinstance(value, Mapping):
        return value
    return {comparison.key(item): item for item in value or ()} if comparison.key else {}  # type: ignore[attr-defined] # a field with a key holds a tuple or None


def _items(target: str, comparison: Items, old: object, new: object) -> Iterator[Change]:
    more = Effect.LOOSENS if comparison.more_loosens else Effect.TIGHTENS
    fewer = Effect.TIGHTENS if comparison.more_loosens else Effect.LOOSENS
    if (old is None or new is None) and comparison.absent is not Absence.NOTHING:
        effect = Effect.LOOSENS if comparison.absent is Absence.UNSETTLED or new is None else Effect.TIGHTENS
        yield Change(effect, target, f"was {_told(old)}, is {_told(new)}")
        return
    before, after = (dict.fromkeys(comparison.items(value or ())) for value in (old, new))
    if added := [_told(item) for item in after if item not in before]:
        yield Change(more, target, f"gains {', '.join(added)}")
    if removed := [_told(item) for item in before if item not in after]:
        yield Change(fewer, target, f"loses {', '.join(removed)}")


def _told(value: object) -> str:
    """Return a value as JSON on one line; `absent` for None."""
    if value is None:
        return "absent"
    return json.dumps(value, default=_json, ensure_ascii=False)


def _json(value: object) -> object:
    return value.model_dump(mode="json", exclude_none=True) if isinstance(value, BaseModel) else str(value)
