"""A document read from a file: its values, and where in the file each of them stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from declarations.document_path import DocumentPath, spelled
from declarations.loading.problems import FileProblem, LoadingError, Place


@dataclass(slots=True)
class Document:
    """JSON-like values with their positions in the file; filled by the YAML and JSON readers.

    A reader continues after a recoverable problem, so that a user sees all problems at once.

    Attributes:
        file: The file, spelled as the user named it.
        lines: The lines of the file, without line ends.
        value: The document as dict, list, str, int, float, bool and None.
        values: Where each value begins.
        keys: Where the key of each value of a mapping begins.
        written: How values that are not text are written in the file (`no`, `0x10`).
        problems: What is wrong so far.
    """

    file: str
    lines: tuple[str, ...]
    value: Any = None
    values: dict[DocumentPath, Place] = field(default_factory=dict)
    keys: dict[DocumentPath, Place] = field(default_factory=dict)
    written: dict[DocumentPath, str] = field(default_factory=dict)
    problems: list[FileProblem] = field(default_factory=list)

    def key_place(self, path: DocumentPath) -> Place:
        """Return the place of the key at *path*; if unknown, that of the nearest enclosing value."""
        return self.keys[path] if path in self.keys else self.value_place(path)

    def value_place(self, path: DocumentPath) -> Place:
        """Return the place of the value at *path*, or of the nearest enclosing value.

        For a value that starts on a later line than its key, or that is empty, it is the place of the key.
        """
        while path and path not in self.values:
            path = path[:-1]
        place = self.values.get(path, Place(1, 1))
        key = self.keys.get(path, place)
        return key if key.line < place.line or self.written.get(path) == "" else place

    def problem(
        self,
        path: DocumentPath,
        message: str,
        allowed: tuple[str, ...] = (),
        suggestion: str | None = None,
        *,
        place: Place | None = None,
        found: str | None = None,
    ) -> FileProblem:
        """Make a problem of this document.

        Args:
            path: The value it is about.
            message: What was found and why it cannot stay.
            allowed: What could stand there.
            suggestion: What was probably meant.
            place: Where; without it the place of the value.
            found: The value, as written.
        """
        place = place or self.value_place(path)
        source = self.lines[place.line - 1] if place.line <= len(self.lines) else ""
        return FileProblem(self.file, message, place, spelled(path), found, allowed, suggestion, source)

    def fail(self, message: str, place: Place, path: DocumentPath = ()) -> LoadingError:
        """Return the error to raise when nothing after *place* can be read."""
        return LoadingError([*self.problems, self.problem(path, message, place=place)])
