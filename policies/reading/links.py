"""Find the resource that a property refers to: by its identifiers if known, else by the property's dependencies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from policies.reading.resource import Resource
from policies.reading.spellings import Part, Piece

_SPELLED: Final = {"collaborationIdentifier": ("collaborationIdentifier", "collaborationId")}
"""Properties that another provider spells differently."""


def named_piece(pieces: Iterable[Piece], asking: Piece, name: str, part: Part) -> Piece | None:
    """Return the piece of kind *part* that the member *name* of *asking* names; None when it is not in the stack."""
    candidates = {one.resource.urn: one for one in pieces if one.part is part}
    found = named_resource((one.resource for one in candidates.values()), asking.resource, *_SPELLED.get(name, (name,)))
    return candidates[found.urn] if found else None


def named_resource(candidates: Iterable[Resource], asking: Resource, *names: str) -> Resource | None:
    """Return the candidate that a property of *asking* (called any of *names*) refers to; None if none does.

    A known value must be an identifier of the candidate. An unknown value refers to the only candidate it depends on.
    """
    known = list(candidates)
    for name in names:
        value = asking.properties.get(name)
        if isinstance(value, str):
            return next((one for one in known if value in one.identities), None)
        sources = [one for one in known if one.urn in asking.dependencies.get(name, ())]
        if len(sources) == 1:
            return sources[0]
    return None


_REFERENCES: Final = {
    Part.ANALYSIS_TEMPLATE: "template",
    Part.ASSOCIATION: "table",
    Part.INTERMEDIATE_TABLE: "table",
}
"""What a room file names by `template:NAME` and `table:NAME`."""


def with_references(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Return the pieces with ARNs of the stack's own templates and tables replaced by a room file's references."""
    names = {
        one.resource.properties["arn"]: f"{_REFERENCES[one.part]}:{one.members['name']}"
        for one in pieces
        if one.part in _REFERENCES
        and isinstance(one.resource.properties.get("arn"), str)
        and isinstance(one.members.get("name"), str)
    }
    return tuple(replace(one, members=_named(one.members, names)) for one in pieces)


def _named(value: Any, names: Mapping[str, str]) -> Any:  # noqa: ANN401 - JSON's values and UNKNOWN
    if isinstance(value, Mapping):
        return {key: _named(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [_named(item, names) for item in value]
    return names.get(value, value) if isinstance(value, str) else value
