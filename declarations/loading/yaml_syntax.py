"""Translate YAML syntax errors into advice; the parser's own messages differ between its C and Python builds."""

from __future__ import annotations

from typing import Final

import yaml

from declarations.loading.document import Document
from declarations.loading.problems import LoadingError, Place

# Part of the parser's message (C and Python builds) -> what to show; the first match wins.
_MEANINGS: Final = (
    (
        "mapping values are not allowed",
        "':' cannot stand here; align the key with its neighbours, or quote text with ': '",
    ),
    ("tab character", "a tab cannot indent; use spaces"),
    ("unknown escape", "unknown escape after '\\' in double quotes; write '\\\\' or use single quotes"),
    ("alphabetic or numeric", "a name is expected after '&' or '*'; quote text that begins with one of them"),
    ("unexpected end of stream", "the quote that opens here is never closed"),
    ("expected ',' or ']'", "',' or ']' is expected: the list that opens here is not closed before line {line}"),
    ("expected ',' or '}'", "',' or '}' is expected: the mapping that opens here is not closed before line {line}"),
    ("expected ':'", "a key is expected here, as in 'key: value'; ':' is missing"),
    ("undefined tag handle", "tags ('!...') are not allowed; quote text that begins with '!'"),
    ("block collection", "a list goes on here, so '- ' is expected; align the lines"),
    (
        "block mapping",
        "a key is expected here, as in 'key: value'; align the line with the keys above, or quote the text",
    ),
    ("<document start>", "nothing can follow the end of the document; is there one closing bracket too many?"),
    ("node content", "a value is expected here"),
    ("comment or line break", "after '|' or '>' the text begins in the next line"),
    ("comment or a line break", "after '|' or '>' the text begins in the next line"),
)

_OPENING: Final = ("alphabetic or numeric", "unexpected end of stream", "expected ',' or ']'", "expected ',' or '}'")
"""Errors that are shown at the opening sign, quote or bracket rather than where the parser stopped."""


def syntax_problem(document: Document, error: yaml.YAMLError) -> LoadingError:
    """Translate a parser error; its place is where the user has to change something."""
    said = str(getattr(error, "problem", None) or error)
    context = str(getattr(error, "context", None) or "")
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return document.fail(f"not YAML: {said}", Place(1, 1))
    stopped = _place(document, mark)
    source = document.lines[stopped.line - 1]
    character = source[stopped.column - 1 : stopped.column]
    if "cannot start any token" in said:
        return document.fail(_wrong_start(character), stopped)
    for part, meaning in _MEANINGS:
        if part in said or part in context:
            opening = getattr(error, "context_mark", None) if part in _OPENING else None
            return document.fail(
                meaning.replace("{line}", str(stopped.line)), _place(document, opening) if opening else stopped
            )
    return document.fail(f"not YAML: {said}", stopped)


def _wrong_start(character: str) -> str:
    if character == "\t":
        return "a tab cannot indent; use spaces"
    return f"text cannot begin with {character!r} here; quote it"


def _place(document: Document, mark: yaml.Mark) -> Place:
    """Return the mark's place; at the end of the file, the end of the last line that is not blank."""
    line = min(mark.line, len(document.lines) - 1)
    while line > 0 and not document.lines[line].strip():
        line -= 1
    column = mark.column if line == mark.line else len(document.lines[line])
    return Place(line + 1, column + 1)
