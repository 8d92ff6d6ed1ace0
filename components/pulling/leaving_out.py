"""What the service has and a room cannot declare: it is left out of the room, if the room only gets tighter by that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from components.pulling.documents import Document
from declarations.clean_room import CleanRoom

_PARTS: Final[Mapping[str, Mapping[str, str]]] = {
    "configured_tables": {
        "analysis_rule": "the analysis rule of the configured table",
        "columns": "the types of the columns of the configured table",
    },
    "configured_table_associations": {"analysis_rule": "the collaboration analysis rule of"},
    "intermediate_tables": {
        "analysis_rule": "the analysis rule of the intermediate table",
        "columns": "the types of the columns of the intermediate table",
    },
}
"""What a room can do without -> its words. A table without its rule cannot be queried."""


class Declarable(NamedTuple):
    """A room of what can be declared.

    Attributes:
        room: The room; it checks.
        left_out: What is not in it and why, a sentence each.
    """

    room: CleanRoom
    left_out: tuple[str, ...]


def declarable(document: Document) -> Declarable:
    """Return the room that *document* says, without the rules and types of columns that a room cannot declare.

    Args:
        document: The room, snake_case; what is left out is taken out of it.

    Raises:
        pydantic.ValidationError: Something else cannot be declared, or the room would be looser without it.
    """
    left_out: list[str] = []
    while True:
        try:
            return Declarable(CleanRoom.model_validate(document), tuple(left_out))
        except ValidationError as error:
            found = [sentence for each in error.errors() for sentence in _taken(document, each["loc"], each["msg"])]
            if not found:
                raise
            left_out += found


def _taken(document: Document, place: tuple[Any, ...], reason: str) -> Iterator[str]:
    """Take the part at *place* out of the document, if a room can do without it; yield what it was."""
    if len(place) <= 4 or place[4] not in _PARTS.get(place[2], {}):  # noqa: PLR2004 - memberships, 0, KIND, 0, PART
        return
    membership = document["memberships"][place[1]]
    resource: Document = membership[place[2]][place[3]]
    if resource.pop(place[4], None) is None:  # another error took it
        return
    yield f"{_PARTS[place[2]][place[4]]} {resource['name']!r}: {reason}"
    if place[2] == "configured_table_associations":
        yield from _table_rule(membership, resource)


def _table_rule(membership: Document, association: Document) -> Iterator[str]:
    """Take out the rule of an association's configured table, too: alone it would allow more than both."""
    name = association.get("configured_table", association["name"])
    for table in membership.get("configured_tables", ()):
        if table["name"] == name and table.pop("analysis_rule", None) is not None:
            words = _PARTS["configured_tables"]["analysis_rule"]
            yield f"{words} {name!r}: without that of {association['name']!r} it would allow more"
