"""Which rooms a command line means: room folders, room files, or folders that hold rooms."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from cli.console.possible_paths import why_impossible
from declarations.loading import ROOM_FILES

_DATA_FILES: Final = tuple(name for name in ROOM_FILES if not name.endswith(".py"))
SKIPPED: Final = frozenset({".cleanroom", ".git", ".venv", "__pycache__", "node_modules"})
"""Folders of tools: no rooms are looked for in them."""


def is_room(word: str) -> bool:
    """Tell whether *word* names a room or a folder of rooms; any other word is a query's name or file."""
    path = Path(word)
    if why_impossible(path):
        return False
    if path.is_dir():
        return next(room_files(path), None) is not None or (path / "room.py").is_file()
    return path.is_file() and path.suffix in {".yaml", ".yml", ".json", ".py"}


def rooms_at(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Return every room that *paths* mean, each once: a file, or the room in a folder and all rooms below it.

    Rooms in Python are code; in a folder with other rooms in or below it they are left alone, and run only where they
    are named. A path that means no room is returned as it is.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        below = [file.parent for file in room_files(path)] if path.is_dir() else []
        for room in below or [path]:  # whoever opens it says what is wrong with a path that is no room
            found.setdefault(room.resolve(), room)
    return tuple(found.values())


def room_files(folder: Path) -> Iterator[Path]:
    """Yield every room file in *folder* and below, in the order of names; what is behind links to folders comes last.

    Every folder is searched once, also a hidden one; those of tools (`.git`, `.venv`, `node_modules` ...) are not.
    """
    seen: set[str] = set()
    waiting = [str(folder)]
    while waiting:
        links: list[str] = []
        for place, folders, files in os.walk(waiting.pop(0)):
            real = os.path.realpath(place)
            folders[:] = [] if real in seen else sorted(name for name in folders if name not in SKIPPED)
            links += (link for name in folders if os.path.islink(link := os.path.join(place, name)))  # noqa: PTH114, PTH118 - thousands of folders
            if real not in seen:
                seen.add(real)
                yield from (Path(place, name) for name in _DATA_FILES if name in files)
        waiting += links
