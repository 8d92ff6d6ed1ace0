"""Load queries from `queries/*.sql`: one query per file, with metadata in header comments."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import dropwhile
from pathlib import Path
from types import MappingProxyType
from typing import Final

from declarations.loading.problems import FileProblem, LoadingError, Place
from declarations.loading.text import missing, read_text
from declarations.naming import closest

FOLDER: Final = "queries"
"""The folder of a room that holds its queries."""

_COMMENT: Final = re.compile(r"\s*--\s?(?P<text>.*)")
_KEY: Final = re.compile(r"\s*(?P<key>[A-Za-z_]+)\s*(?::\s*(?P<value>.*)|=\s*(?P<assigned>.*))$")
_PARAMETER: Final = re.compile(
    r"\s*(?P<key>[A-Za-z_]+)\s+(?P<name>[A-Za-z_][A-Za-z0-9_]*)\s*(?P<sign>[=:])\s*(?P<value>.*)$"
)
_EXPECT: Final = re.compile(r"(?P<outcome>[A-Za-z_]+)(?:\s+(?P<check>[a-z][a-z0-9_]*))?")

KEYS: Final = ("title", "expect", "parameter")
"""What a header can state: `-- title: TEXT`, `-- expect: denied CHECK_NAME`, `-- parameter NAME = VALUE`."""
OUTCOMES: Final = ("allowed", "denied", "undocumented")
"""The verdicts that a query can expect."""

Expectation = tuple[str, str | None]
"""One of OUTCOMES and, for `denied`, the name of the denying check (None: any check)."""


@dataclass(frozen=True, slots=True)
class QueryFile:
    """A query of a room.

    Attributes:
        name: The file's path below `queries` without `.sql`, such as `refused/ids`: how the command line names the
            query.
        path: The file.
        sql: The whole text, header included, so that its lines are the file's lines.
        title: What the query answers, in words; None if the header does not say.
        expect: The verdict that its author expects; None if the header does not say.
        parameters: Values of template parameters, as text: name -> value.
    """

    name: str
    path: Path
    sql: str
    title: str | None
    expect: Expectation | None
    parameters: Mapping[str, str]

    @property
    def body(self) -> str:
        """The text without the comments above it."""
        return "\n".join(dropwhile(_is_header, self.sql.split("\n"))).rstrip()

    @property
    def expected(self) -> Expectation:
        """The expected verdict; `allowed` if the header does not state one."""
        return self.expect or ("allowed", None)


def load_queries(folder: Path) -> tuple[QueryFile, ...]:
    """Read the queries of a room.

    Args:
        folder: The room's folder; without a `queries` folder in it there are no queries.

    Returns:
        One entry per `.sql` file, sorted by name; files in subfolders of `queries` come last.

    Raises:
        LoadingError: With the problems of all files at once.
    """
    if not folder.is_dir():
        raise LoadingError([missing(folder)])
    inner = folder / FOLDER
    if not inner.is_dir():
        return ()
    queries: list[QueryFile] = []
    problems: list[FileProblem] = []
    for path in sorted(inner.rglob("*"), key=lambda entry: (entry.relative_to(inner).parent.parts, entry.name)):
        hidden = any(part.startswith(".") for part in path.relative_to(inner).parts)
        if path.suffix.lower() != ".sql" or hidden:
            continue
        if not Path(os.path.realpath(path)).is_relative_to(folder.resolve()):  # resolve() gives up on a loop of links
            message = "is a link that leads out of the room's folder; put the file there"
            problems.append(FileProblem(str(path), message))
            continue
        try:
            queries.append(replace(load_query(path), name=path.relative_to(inner).with_suffix("").as_posix()))
        except LoadingError as error:
            problems += error.problems
    if problems:
        raise LoadingError(problems)
    return tuple(queries)


def load_query(path: Path) -> QueryFile:
    """Read one query.

    Raises:
        LoadingError: The file cannot be read, holds no SQL, or its header is wrong.
    """
    sql = read_text(path)
    header = _Header(path, sql.split("\n"))
    header.read()
    if header.problems:
        raise LoadingError(header.problems)
    return QueryFile(
        path.stem, path, sql, header.title, header.expect, MappingProxyType(dict(sorted(header.parameters.items())))
    )


class _Header:
    """The comments above the first line of SQL."""

    def __init__(self, path: Path, lines: list[str]) -> None:
        self.path = path
        self.lines = lines
        self.title: str | None = None
        self.expect: Expectation | None = None
        self.parameters: dict[str, str] = {}
        self.problems: list[FileProblem] = []
        self.first_lines: dict[str, int] = {}

    def read(self) -> None:
        begins = next((index for index, line in enumerate(self.lines) if not _is_header(line)), None)
        if begins is None:
            self.problems.append(FileProblem(str(self.path), "the file holds no SQL; one query is expected"))
            begins = len(self.lines)
        for number, comment in self._comments(0, begins):
            self._read_comment(number, comment)
        for number, comment in self._comments(begins, None):
            key = _key_of(comment)
            if key in KEYS:
                self._refuse(number, f"'{key}' is below the start of the query; move it above")

    def _comments(self, start: int, end: int | None) -> Iterator[tuple[int, str]]:
        for index, line in enumerate(self.lines[start:end], start):
            if match := _COMMENT.fullmatch(line):
                yield index + 1, match["text"].rstrip()

    def _read_comment(self, number: int, comment: str) -> None:
        key = _key_of(comment)
        if key is None:
            return
        if key not in KEYS:
            self._refuse_key(number, key)
        elif key == "parameter":
            self._read_parameter(number, comment)
        else:
            match = _KEY.fullmatch(comment)
            value = (match["value"] or "").strip() if match else ""
            if match is None or match["value"] is None or not value:
                self._refuse(number, f"'{key}' has no value; write '-- {key}: {_EXAMPLES[key]}'")
            elif self._is_first(number, key):
                self._state(number, key, value)

    def _state(self, number: int, key: str, value: str) -> None:
        if key == "title":
            self.title = value
            return
        match = _EXPECT.fullmatch(value)
        outcome = match["outcome"] if match else value.split(maxsplit=1)[0]
        if outcome not in OUTCOMES:
            message = f"{outcome!r} is not an outcome of a check"
            self._refuse(number, message, allowed=OUTCOMES, suggestion=closest(outcome, OUTCOMES), found=outcome)
        elif match is None or (match["check"] and outcome != "denied"):
            message = f"{value!r} is not understood; write 'allowed', 'denied', 'denied CHECK_NAME' or 'undocumented'"
            self._refuse(number, message, found=value)
        else:
            self.expect = (outcome, match["check"])

    def _read_parameter(self, number: int, comment: str) -> None:
        match = _PARAMETER.fullmatch(comment)
        if match is None or match["sign"] != "=":
            self._refuse(number, "a parameter is written '-- parameter NAME = VALUE'", found=comment)
        elif self._is_first(number, f"parameter {match['name']}"):
            self.parameters[match["name"]] = match["value"].strip()

    def _is_first(self, number: int, key: str) -> bool:
        first = self.first_lines.setdefault(key, number)
        if first != number:
            self._refuse(number, f"'{key}' is written twice, first in line {first}", found=key)
        return first == number

    def _refuse_key(self, number: int, key: str) -> None:
        if suggestion := closest(key, KEYS):
            self._refuse(number, f"the header key {key!r} is not known", allowed=KEYS, suggestion=suggestion, found=key)

    def _refuse(
        self,
        number: int,
        message: str,
        *,
        found: str | None = None,
        allowed: tuple[str, ...] = (),
        suggestion: str | None = None,
    ) -> None:
        line = self.lines[number - 1]
        column = line.find(found) if found else line.find("--")
        place = Place(number, max(0, column) + 1, len(found or "--"))
        self.problems.append(FileProblem(str(self.path), message, place, "", found, allowed, suggestion, line))


_EXAMPLES: Final = {"title": "households reached, by segment", "expect": "allowed"}


def _is_header(line: str) -> bool:
    return not line.strip() or _COMMENT.fullmatch(line) is not None


def _key_of(comment: str) -> str | None:
    """Return the key of a comment that looks like a header line; None if it looks like prose."""
    if match := _KEY.fullmatch(comment):
        return match["key"]
    if (match := _PARAMETER.fullmatch(comment)) and closest(match["key"], ("parameter",)):
        return match["key"]
    # "parameter" alone, or with a sign forgotten, is not prose either.
    return "parameter" if re.fullmatch(r"\s*parameter(\s+\S+){0,2}\s*", comment) else None
