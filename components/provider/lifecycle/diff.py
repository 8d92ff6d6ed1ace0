"""Diff: what changes, where, and whether in place, by a change request, or only in a new resource."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from components.provider.aws.tags import merged
from components.provider.configuration import Configuration
from components.provider.lifecycle.change_requests import waits_for_commit
from components.provider.properties.differences import Change, Difference, differences
from components.provider.values import Path, has_unknowns, pattern, shown
from components.resources import service_model
from components.resources.resource_type import ResourceType
from components.resources.service_model import TAGS, TAGS_ALL
from declarations.unknown import UNKNOWN


@dataclass(frozen=True)
class PropertyChange:
    """One line of a diff.

    Attributes:
        difference: What changed, and where.
        replaces: Whether only a new resource can have it.
        of_input: Whether it is between inputs; otherwise it is in what the service shows.
    """

    difference: Difference
    replaces: bool
    of_input: bool = True


@dataclass(frozen=True)
class Comparison:
    """A resource's two sides.

    Attributes:
        kind: Its type.
        outputs: What it shows.
        old: Its inputs before.
        new: Its inputs as they shall be; they may be unknown.
    """

    kind: ResourceType
    outputs: Mapping[str, Any]
    old: Mapping[str, Any]
    new: Mapping[str, Any]


def changes_of(
    compared: Comparison, configuration: Configuration, ignored: Collection[str] = ()
) -> tuple[PropertyChange, ...]:
    """Return every line of a resource's diff.

    Args:
        compared: The resource before and after.
        configuration: The provider's, for its default tags.
        ignored: Property paths that the program wants to be ignored.
    """
    found = (*_input_changes(compared), *_tag_changes(compared, configuration), *_output_changes(compared))
    return tuple(each for each in found if not _is_ignored(each.difference, ignored))


def impossible_request(compared: Comparison) -> str | None:
    """Return why no change request can make the differences; None when one can, or when there are none to make."""
    request = compared.kind.change_request
    if request is None or any(has_unknowns(compared.new.get(name)) for name in request.paths):
        return None
    # A check knows no outputs; who the creator is matters to the request, not to whether it is possible.
    before = {"creatorAccountId": "of the creator", **compared.old, **_shown_of(compared)}
    try:
        request.changes(before, compared.new)
    except ValueError as error:
        return str(error)
    return None


def _shown_of(compared: Comparison) -> Mapping[str, Any]:
    return {name: value for name, value in compared.outputs.items() if name == "creatorAccountId"}


def _input_changes(compared: Comparison) -> Iterator[PropertyChange]:
    kind = compared.kind
    impossible: bool | None = None
    for difference in differences(kind, _untagged(compared.old), _untagged(compared.new), compared.outputs):
        replaces = _replaces(kind, difference, compared)
        if not replaces and kind.change_request and difference.top in kind.change_request.paths:
            if impossible is None:
                impossible = impossible_request(compared) is not None
            replaces = impossible
        yield PropertyChange(difference, replaces)


def _tag_changes(compared: Comparison, configuration: Configuration) -> Iterator[PropertyChange]:
    if not compared.kind.tagged:
        return
    old, new = compared.old.get(TAGS, {}), compared.new.get(TAGS, {})
    stated = list(differences(compared.kind, {TAGS: old}, {TAGS: new}))
    yield from (PropertyChange(each, replaces=False) for each in stated)
    all_tags = merged(configuration.default_tags, new)
    if stated or all_tags is UNKNOWN or TAGS_ALL not in compared.outputs:
        return
    shown_tags = differences(compared.kind, {TAGS_ALL: compared.outputs[TAGS_ALL]}, {TAGS_ALL: all_tags})
    yield from (PropertyChange(each, replaces=False, of_input=False) for each in shown_tags)


def _output_changes(compared: Comparison) -> Iterator[PropertyChange]:
    kind, outputs = compared.kind, compared.outputs
    if kind.change_request and waits_for_commit(kind, outputs):
        yield PropertyChange(Difference((kind.change_request.status,), Change.UPDATED), replaces=False, of_input=False)
    if kind.waits and outputs.get(kind.waits.status) in kind.waits.failed:
        yield PropertyChange(Difference((kind.waits.status,), Change.UPDATED), replaces=True, of_input=False)


def _untagged(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != TAGS}


def _replaces(kind: ResourceType, difference: Difference, compared: Comparison) -> bool:
    """Tell whether a difference lies at or inside a replace-only path, or adds or removes one.

    An item of a list comes and goes whole; what replaces in it replaces only while the item stays. What is not known
    as a whole may bring anything: so the engine asks whether a resource has to go with what it depends on.
    """
    place = pattern(difference.path)
    if any(place == path or place.startswith((f"{path}.", f"{path}[")) for path in kind.replaces):
        return True
    comes_or_goes = difference.change is not Change.UPDATED or _value(compared.new, difference.path) is UNKNOWN
    if (
        comes_or_goes
        and not isinstance(difference.path[-1], int)
        and any(path.startswith(f"{place}.") for path in kind.replaces)
    ):
        return True
    name = difference.top
    if name in kind.after_create or (kind.change_request and name in kind.change_request.paths):
        return False
    taken_away = name not in compared.new and name not in kind.defaults
    return taken_away or name not in service_model.changeable(kind)


def _value(values: Any, path: Path) -> Any:  # noqa: ANN401 - any property values
    for step in path:
        values = values[step]
    return values


def _is_ignored(difference: Difference, ignored: Collection[str]) -> bool:
    place = shown(difference.path)
    starred = pattern(difference.path)
    for path in ignored:
        for written in (place, starred):
            if written == path or written.startswith((f"{path}.", f"{path}[")):
                return True
    return TAGS in ignored and difference.top == TAGS_ALL
