"""Load policy settings, waivers from a file, and waivers in comments beside what they excuse.

- {column_name: household_id, minimum: 5, type: COUNT_DISTINCT}  # waive low_minimum until 2027-03-31 by DPO: pilot
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final, TypeVar

from pydantic import BaseModel

from declarations.document_path import DocumentPath
from declarations.loading.document import Document
from declarations.loading.json_document import read_json
from declarations.loading.problems import FileProblem, LoadingError, Place
from declarations.loading.text import read_text, refuse_absent
from declarations.loading.validation import validate
from declarations.loading.yaml_document import read_yaml
from declarations.policy_settings import PolicySettings, Waiver, Waivers

POLICIES_FILE: Final = "policies.yaml"
"""Name of the file of policy settings; looked for in the room's folder and its parents."""
WAIVERS_FILE: Final = "waivers.yaml"
"""Name of the file of waivers, beside the policy settings."""

Model = TypeVar("Model", bound=BaseModel)
_SUFFIXES: Final = (".yaml", ".yml", ".json")
_COMMENT: Final = re.compile(r"(?:^|(?<=\s))#\s*(?P<word>[Ww]aived?)\b[ \t]*(?P<said>[^\n]*)$", re.MULTILINE)
_SAID: Final = re.compile(
    r"(?P<policy>[a-z][a-z0-9_]*)\s+until\s+(?P<expires>\d{4}-\d{2}-\d{2})\s+by\s+(?P<owner>[^:]*[^:\s])\s*:\s*(?P<reason>.*\S)"
)
_ONLY_COMMENT: Final = re.compile(r"^\s*(#.*)?$")


@dataclass(frozen=True, slots=True)
class PlacedWaiver:
    """A waiver and where it is written.

    Attributes:
        policy: The policy that is broken.
        reason: Why it is tolerable.
        owner: Who is accountable for it.
        expires: The last day on which it holds.
        file: The file that it is written in.
        line: Its line, from 1.
        target: The declaration that it excuses; None for a comment, which excuses *excused_line*.
        part: The part of the target; None for all of it.
        excused_line: The line of the same file that a comment excuses.
    """

    policy: str
    reason: str
    owner: str
    expires: date
    file: str
    line: int
    target: str | None = None
    part: str | None = None
    excused_line: int | None = None


def load_policy_settings(path: Path) -> PolicySettings:
    """Read a `policies.yaml`.

    Raises:
        LoadingError: With everything that is wrong, each with file, line, column and path.
    """
    return _load(PolicySettings, path)[0]


def settings_place(path: Path, keys: DocumentPath) -> Place:
    """Return the place of the key at *keys* in a valid `policies.yaml`."""
    return _load(PolicySettings, path)[1].key_place(keys)


def load_waivers(path: Path) -> tuple[PlacedWaiver, ...]:
    """Read a `waivers.yaml`.

    Raises:
        LoadingError: With everything that is wrong, each with file, line, column and path.
    """
    waivers, document = _load(Waivers, path)
    return tuple(_placed(waiver, document, index) for index, waiver in enumerate(waivers.waivers))


def comment_waivers(document: Document) -> tuple[PlacedWaiver, ...]:
    """Return the waivers in the comments of a YAML document.

    A comment at the end of a line excuses what begins on that line; a comment on a line of its own excuses what begins
    on the next line with content.

    Raises:
        LoadingError: A comment begins like a waiver but is malformed.
    """
    found, problems = [], []
    for number, word, said in _said(document):
        match = _SAID.fullmatch(said) if word == "waive" else None
        expires = _day(match["expires"]) if match else None
        if match is None or expires is None:
            problems.append(_malformed(document, number, said))
            continue
        waiver = PlacedWaiver(match["policy"], match["reason"], match["owner"], expires, document.file, number)
        found.append(_excusing(waiver, document))
    if problems:
        raise LoadingError(problems)
    return tuple(found)


def _load(model: type[Model], path: Path) -> tuple[Model, Document]:
    refuse_absent(path)
    if path.suffix not in _SUFFIXES:
        message = f"the ending {path.suffix!r} is not that of a YAML or JSON file"
        raise LoadingError([FileProblem(str(path), message, found=path.suffix, allowed=_SUFFIXES)])
    document = (read_json if path.suffix == ".json" else read_yaml)(read_text(path), str(path))
    return validate(model, document), document


def _placed(waiver: Waiver, document: Document, index: int) -> PlacedWaiver:
    return PlacedWaiver(
        waiver.policy,
        waiver.reason,
        waiver.owner,
        waiver.expires,
        document.file,
        document.value_place(("waivers", index)).line,
        waiver.target,
        waiver.part,
    )


def _said(document: Document) -> Iterator[tuple[int, str, str]]:
    """Yield line number, first word and rest of every comment that begins like a waiver, except in strings."""
    said = (match["said"].strip() for text in _texts(document.value) for match in _COMMENT.finditer(text))
    in_texts = tuple(filter(None, said))
    for number, line in enumerate(document.lines, 1):
        match = _COMMENT.search(line)
        if match and not match["said"].startswith(in_texts):
            yield number, match["word"], match["said"].strip()


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def _excusing(waiver: PlacedWaiver, document: Document) -> PlacedWaiver:
    line = waiver.line
    if _ONLY_COMMENT.match(document.lines[line - 1]):
        while line < len(document.lines) and _ONLY_COMMENT.match(document.lines[line]):
            line += 1
        line += 1
    return replace(waiver, excused_line=line)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _malformed(document: Document, line: int, said: str) -> FileProblem:
    message = "the comment begins as a waiver; write '# waive POLICY until YYYY-MM-DD by OWNER: REASON'"
    column = document.lines[line - 1].index("#") + 1
    return document.problem((), message, place=Place(line, column, len(said) or 1), found=said)
