"""Load a room from its folder or file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from declarations.base import Declaration
from declarations.bigquery.room import BigQueryRoom, BigQueryRoomFile
from declarations.clean_room import CleanRoom
from declarations.document_path import DocumentPath
from declarations.loading.document import Document
from declarations.loading.json_document import read_json
from declarations.loading.problems import FileProblem, LoadingError, Place
from declarations.loading.template_files import read_template_files
from declarations.loading.text import missing, read_text, unreadable
from declarations.loading.validation import validate
from declarations.loading.yaml_document import read_yaml
from declarations.naming import closest
from declarations.refusals.shape import names_at

ROOM_FILES: Final = ("room.yaml", "room.yml", "room.json", "room.py")
"""Names of a room file, in the order they are looked for."""

_DATA_FILES: Final = ROOM_FILES[:3]
_SHOWN: Final = 8
_SUFFIXES: Final = (".yaml", ".yml", ".json", ".py")


@dataclass(frozen=True)
class LoadedRoom:
    """A room and the files it came from.

    Attributes:
        room: The room.
        path: The room file.
        folder: Its folder, which queries and template files are relative to.
        template_files: Account id of the member and name of the analysis template -> file that its text was read from.
        document: The file with the places of all values; None for a room in Python.
    """

    room: CleanRoom
    path: Path
    folder: Path
    template_files: Mapping[tuple[str, str], Path]
    document: Document | None

    def where(self, path: DocumentPath) -> str:
        """Return `file:line:column` of the value at *path* (snake_case or as written); the file if unknown."""
        place = self.place(path)
        return f"{self.path}:{place.line}:{place.column}" if place else str(self.path)

    def place(self, path: DocumentPath) -> Place | None:
        """Return where the value at *path* (snake_case or as written) begins; None if unknown."""
        return _place(self.document, CleanRoom, path) if self.document else None


@dataclass(frozen=True)
class LoadedBigQueryRoom:
    """A room of BigQuery and the file it came from.

    Attributes:
        room: The room.
        path: The room file.
        folder: Its folder, which queries are relative to.
        document: The file with the places of all values.
    """

    room: BigQueryRoom
    path: Path
    folder: Path
    document: Document

    def place(self, path: DocumentPath) -> Place:
        """Return where the value at *path* of the room (snake_case or as written) begins."""
        return _place(self.document, BigQueryRoomFile, ("bigquery", *path))


def _place(document: Document, model: type[Declaration], path: DocumentPath) -> Place:
    return document.value_place(_as_written(document, model, path))


def _as_written(document: Document, model: type[Declaration], path: DocumentPath) -> DocumentPath:
    """Spell the keys of *path* as the document does, as far as it has them."""
    written: DocumentPath = ()
    for step in path:
        names = names_at(model, written)
        field = names.get(str(step))
        spellings = [(*written, name) for name in names if field and names[name] == field]
        written = next((path for path in spellings if path in document.values), (*written, step))
    return written


def load_room(path: Path) -> LoadedRoom:
    """Read a room of AWS.

    Args:
        path: A folder that holds one of ROOM_FILES, or such a file under any name. Python is run only if it is named
            here or the folder holds no other room file.

    Raises:
        LoadingError: With everything that is wrong, each with file, line, column and path.
    """
    loaded = load_any_room(path)
    if isinstance(loaded, LoadedBigQueryRoom):
        message = "this is a room of BigQuery; this command takes rooms of AWS (`cleanroom check` takes both)"
        raise LoadingError([FileProblem(str(loaded.path), message)])
    return loaded


def load_any_room(path: Path) -> LoadedRoom | LoadedBigQueryRoom:
    """Read a room of either cloud: the key `bigquery` at the top of the file makes it one of BigQuery.

    Args:
        path: See `load_room`.

    Raises:
        LoadingError: With everything that is wrong, each with file, line, column and path.
    """
    file = _room_file(path)
    if file.suffix == ".py":
        from declarations.loading.python_room import run_room

        return LoadedRoom(run_room(file), file, file.parent, MappingProxyType({}), None)
    read = read_json if file.suffix == ".json" else read_yaml
    document = read(read_text(file), str(file))
    if isinstance(document.value, dict):
        document.value.pop("$schema", None)  # where an editor finds the schema; it says nothing about the room
        if "bigquery" in document.value:
            return LoadedBigQueryRoom(validate(BigQueryRoomFile, document).bigquery, file, file.parent, document)
    room = validate(CleanRoom, document, read_template_files(document, file.parent))
    return LoadedRoom(room, file, file.parent, _template_files(room, file.parent), document)


def _template_files(room: CleanRoom, folder: Path) -> Mapping[tuple[str, str], Path]:
    return MappingProxyType(
        {
            (membership.account_id, template.name): folder / template.source.file
            for membership in room.memberships
            for template in membership.analysis_templates or ()
            if template.source.file is not None
        }
    )


def _room_file(path: Path) -> Path:
    try:
        if path.is_dir():
            return _in_folder(path)
        exists = path.exists() or path.is_symlink()
    except OSError as error:
        raise LoadingError([unreadable(path, error)]) from None
    if not exists:
        raise LoadingError([_missing(path)])
    if path.suffix not in _SUFFIXES:
        message = f"the ending {path.suffix!r} is not that of a room file" if path.suffix else "the file has no ending"
        raise LoadingError([FileProblem(str(path), message, found=path.suffix, allowed=_SUFFIXES)])
    return path


def _in_folder(folder: Path) -> Path:
    names = sorted(entry.name for entry in folder.iterdir())
    found = [name for name in _DATA_FILES if name in names]
    if len(found) > 1:
        message = f"the folder holds {' and '.join(map(repr, found))}; keep one, or name the one to read"
        raise LoadingError([FileProblem(str(folder), message)])
    if found or ROOM_FILES[-1] in names:
        return folder / (found or ROOM_FILES[-1:])[0]
    raise LoadingError([_no_room_file(folder, names)])


def _missing(path: Path) -> FileProblem:
    """Return the problem of a path that does not exist; suggest the room if a folder inside one was meant."""
    problem = missing(path)
    around = _room_around(Path(problem.suggestion)) if problem.suggestion else None
    return problem if around is None else replace(problem, suggestion=str(around))


def _room_around(folder: Path) -> Path | None:
    """Return the parent of *folder* if the parent holds a room file and *folder* holds none."""
    holds = [any((place / name).is_file() for name in ROOM_FILES) for place in (folder, folder.parent)]
    return folder.parent if folder.is_dir() and holds == [False, True] else None


def _no_room_file(folder: Path, names: list[str]) -> FileProblem:
    shown = [name for name in names if not name.startswith(".")]
    holds = ", ".join(repr(name) for name in shown[:_SHOWN]) + (
        f", ... ({len(shown)} in all)" if len(shown) > _SHOWN else ""
    )
    looked_for = ", ".join(repr(name) for name in ROOM_FILES)
    message = f"the folder holds no room file (looked for {looked_for}); it holds {holds or 'nothing'}"
    near = next((folder / name for name in shown if name.endswith(_SUFFIXES) and closest(name, ROOM_FILES)), None)
    meant = near or _room_around(folder)
    return FileProblem(str(folder), message, suggestion=None if meant is None else str(meant))
