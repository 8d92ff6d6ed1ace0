"""Problems of a file, and how they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from declarations.naming import listed

WIDTH: Final = 80
"""Columns that rendered problems keep to, where the text can be wrapped."""

_SHOWN_PROBLEMS: Final = 100


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a text.

    Attributes:
        line: 1-based line.
        column: 1-based column, counted in characters.
        length: Characters to underline; at least 1.
    """

    line: int
    column: int
    length: int = 1


@dataclass(frozen=True, slots=True)
class FileProblem:
    """One thing that is wrong with a file: what was found, what is allowed, where.

    Attributes:
        file: The file, spelled as the user named it.
        message: What was found and why it cannot stay; one sentence without a full stop.
        place: Where in the file; None when the file as a whole is meant.
        path: Where in the document, as `memberships[0].account_id`; empty for the whole document.
        found: The value found, as it is written in the file; None when something is missing.
        allowed: The values, keys or files that could stand there, when they can be listed.
        suggestion: The allowed value that was probably meant.
        source: The line of the file that *place* is on.
    """

    file: str
    message: str
    place: Place | None = None
    path: str = ""
    found: str | None = None
    allowed: tuple[str, ...] = ()
    suggestion: str | None = None
    source: str = ""

    @property
    def line(self) -> int | None:
        """The 1-based line, if the problem has a place."""
        return self.place.line if self.place else None

    @property
    def column(self) -> int | None:
        """The 1-based column, if the problem has a place."""
        return self.place.column if self.place else None

    @property
    def text(self) -> str:
        """The message with suggestion and allowed values, without the place."""
        allowed = listed(self.allowed, nothing="", first=self.suggestion)
        if self.suggestion is not None:
            return f"{self.message}; did you mean {self.suggestion!r}?" + (f" allowed: {allowed}" if allowed else "")
        return f"{self.message}; allowed: {allowed}" if allowed else self.message


class LoadingError(Exception):
    """A file that cannot be used, with everything that is wrong with it.

    Attributes:
        problems: At least one, in the order of the file.
    """

    def __init__(self, problems: Iterable[FileProblem]) -> None:
        self.problems = tuple(sorted(problems, key=_position))
        super().__init__(render(self.problems))


def render(problems: Sequence[FileProblem]) -> str:
    """Render problems as plain text, wrapped to 80 columns where possible.

    Returns:
        For each problem its place, path, message and the line of the file with a mark under the place.
    """
    told = [_rendered(problem) for problem in problems[:_SHOWN_PROBLEMS]]
    if len(problems) > len(told):
        told.append(f"... and at least {len(problems) - len(told):,} more problems")
    return "\n".join(told)


def _position(problem: FileProblem) -> tuple[str, int, int]:
    return problem.file, problem.line or 0, problem.column or 0


def _rendered(problem: FileProblem) -> str:
    where = f"{problem.file}:{problem.line}:{problem.column}" if problem.place else problem.file
    head = ": ".join(part for part in (where, problem.path, problem.text) if part)
    import textwrap  # needed only when something is wrong

    lines = textwrap.wrap(
        head, WIDTH, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False, replace_whitespace=False
    )
    if problem.place and problem.source.strip():
        lines += _excerpt(problem.source, problem.place)
    return "\n".join(lines)


def _excerpt(source: str, place: Place) -> list[str]:
    """Return the line and the mark under it, cut so that both fit the width."""
    margin = f"{place.line:>5} | "
    room = WIDTH - len(margin)
    start = max(0, min(place.column - 1 - room // 2, len(source) - room))
    text = "".join(character if character.isprintable() else " " for character in source[start : start + room])
    column = place.column - 1 - start
    length = max(1, min(place.length, room - column, len(source) - place.column + 1))
    return [f"{margin}{text}".rstrip(), f"{'':>5} | {'':>{column}}{'^' * length}"]
