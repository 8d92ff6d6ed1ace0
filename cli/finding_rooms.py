"""Which rooms a command line means: room folders, room files, or folders that hold rooms."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from declarations.loading import ROOM_FILES

_DATA_FILES: Final = tuple(name for name in ROOM_FILES if not name.endswith(".py"))
_SKIPPED: Final = frozenset({"node_modules", "__pycache__"})


def is_room(word: str) -> bool:
    """Tell whether *word* names a room or a folder of rooms; any other word is a query's name or file."""
    path = Path(word)
    if path.is_dir():
        return next(room_files(path), None) is not None or (path / "room.py").is_file()
    return path.is_file() and path.suffix in {".yaml", ".yml", ".json", ".py"}


def rooms_at(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Return every room that *paths* mean, each once: a room, or all rooms below a folder that is none.

    Rooms in Python are code; below a folder they are left alone, and run only where they are named. A path that means
    no room is returned as it is.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        below = [] if not path.is_dir() or _holds_room(path) else [file.parent for file in room_files(path)]
        for room in below or [path]:  # whoever opens it says what is wrong with a path that is no room
            found.setdefault(room.resolve(), room)
    return tuple(found.values())


def room_files(folder: Path) -> Iterator[Path]:
    """Yield every room file in *folder* and below, in the order of names; hidden folders are not searched."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _SKIPPED)
        yield from (Path(place, name) for name in _DATA_FILES if name in files)


def _holds_room(folder: Path) -> bool:
    return any((folder / name).is_file() for name in ROOM_FILES)
