"""Rooms with the decisions about them, as they are at one moment: what `cleanroom diff` compares two of."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.diff.decisions import Days, Decisions, load_decisions
from cli.diff.waiver_comments import comments_of
from cli.rooms.finding import rooms_at
from cli.rooms.opening import AnyRoom, open_any_room
from declarations.loading import QueryFile, load_queries
from policies.configuration import find_settings
from simulator.settings import Settings


@dataclass(frozen=True, slots=True)
class DecidedRoom:
    """A room with what a company has decided about it.

    Attributes:
        opened: The room.
        queries: Its queries; the text of a template is part of the room.
        comments: The waivers in its comments.
        decisions: The decisions about it.
    """

    opened: AnyRoom
    queries: tuple[QueryFile, ...]
    comments: Days
    decisions: Decisions


@dataclass(frozen=True, slots=True)
class OpenedState:
    """Rooms and decisions at one moment.

    Attributes:
        folder: Where the rooms are.
        rooms: The rooms by their place below the folder.
    """

    folder: Path
    rooms: Mapping[str, DecidedRoom]

    def name_of(self, file: Path) -> str:
        """Return how a file is named in every state alike: from the state's folder."""
        return Path(os.path.relpath(file.resolve(), self.folder.resolve())).as_posix()

    def values(self) -> dict[str, Any]:
        """Return everything that is compared as JSON's values, by where it is."""
        return dict(self._values())

    def _values(self) -> Iterator[tuple[str, Any]]:
        for place, room in self.rooms.items():
            yield f"{place}: room", room.opened.room.model_dump(mode="json")
            yield f"{place}: waived", {excused: day.isoformat() for excused, day in room.comments.items()}
            yield from ((f"{place}: query {query.name}", _asked(query)) for query in room.queries)
            if file := room.decisions.file:
                yield f"decisions: {self.name_of(file)}", room.decisions.values()


def _asked(query: QueryFile) -> dict[str, Any]:
    """Return what is compared of a query: comments above it say nothing, but for its title and what is expected."""
    return {"text": query.body, "expected": query.expected, "title": query.title}


def open_state(path: Path, settings: Settings, policies: Path | None) -> OpenedState:
    """Open a room, or all rooms of a folder, with the decisions about them.

    Args:
        path: Where the state is.
        settings: How open questions are read.
        policies: The `policies.yaml`; None: the nearest of each room.

    Raises:
        LoadingError: With everything that is wrong with the files of a room, or with its decisions.
    """
    known: dict[Path | None, Decisions] = {}
    rooms: dict[str, DecidedRoom] = {}
    for place in rooms_at([path]):
        opened = open_any_room(place, settings)
        file = policies or find_settings(opened.loaded.folder)
        if file not in known:
            known[file] = load_decisions(file)
        templates = {one.path for one in opened.subjects if one.kind == "template"}
        queries = tuple(one for one in load_queries(opened.loaded.folder) if one.path.resolve() not in templates)
        rooms[str(place.relative_to(path))] = DecidedRoom(opened, queries, comments_of(opened), known[file])
    return OpenedState(path if path.is_dir() else path.parent, rooms)


def pairs(
    before: Mapping[str, DecidedRoom], after: Mapping[str, DecidedRoom]
) -> Iterator[tuple[DecidedRoom | None, DecidedRoom | None]]:
    """Yield the rooms of two states that belong together: a single one of each, or those of one place."""
    if len(before) == len(after) == 1:
        yield next(iter(before.values())), next(iter(after.values()))
        return
    yield from ((before.get(place), after.get(place)) for place in dict.fromkeys((*before, *after)))
