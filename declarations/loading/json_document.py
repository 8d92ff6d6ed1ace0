"""JSON with places, strictly: no duplicate keys, no NaN, nothing after the document."""

from __future__ import annotations

import bisect
import math
import re
from json import JSONDecodeError, JSONDecoder
from typing import Any, Final

from declarations.document_path import DocumentPath
from declarations.loading.document import Document
from declarations.loading.problems import LoadingError, Place
from declarations.loading.yaml_nodes import MAX_DEPTH, MAX_VALUES

_SPACE: Final = re.compile(r"[ \t\n]*")
_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]{0,400})(\.[0-9]+)?([eE][-+]?[0-9]+)?(?![0-9.\w])")
_WORD: Final = re.compile(r"true\b|false\b|null\b")
_HALF_PAIR: Final = re.compile(r"[\ud800-\udfff]")
_DECODER: Final = JSONDecoder()
_NO_KEY: Final = {"}": "',' cannot stand before '}'", "/": "JSON has no comments; write YAML to have them"}
_WORDS: Final = {"true": True, "false": False, "null": None}


def read_json(text: str, file: str) -> Document:
    """Read one JSON document (RFC 8259).

    Raises:
        LoadingError: The text is not JSON; only duplicate keys leave the rest readable and stay in `problems`.
    """
    document = Document(file, tuple(text.split("\n")))
    reader = _Reader(document, text)
    if not text.strip():
        raise document.fail("the file is empty; an object of keys and values is expected", Place(1, 1))
    document.value = reader.value(())
    if reader.peek():
        raise reader.fail("nothing can follow the end of the document")
    return document


class _Reader:
    """A position in the text, moved forward by reading values."""

    def __init__(self, document: Document, text: str) -> None:
        self.document = document
        self.text = text
        self.at = 0
        self.line_starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def peek(self) -> str:
        """Skip space; return the next character, empty at the end."""
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.text[self.at : self.at + 1]

    def place(self, start: int, end: int) -> Place:
        line = bisect.bisect_right(self.line_starts, start)
        return Place(line, start - self.line_starts[line - 1] + 1, max(1, end - start))

    def fail(self, message: str, path: DocumentPath = ()) -> LoadingError:
        return self.document.fail(message, self.place(self.at, self.at + 1), path)

    def value(self, path: DocumentPath) -> Any:  # noqa: ANN401 - any JSON value
        if len(path) >= MAX_DEPTH:
            raise self.fail(f"nested more than {MAX_DEPTH} levels deep")
        if len(self.document.values) > MAX_VALUES:
            raise self.fail(f"more than {MAX_VALUES:,} values")
        character = self.peek()
        start = self.at
        if character in ("{", "["):
            self.document.values[path] = self.place(start, start + 1)
            self.at += 1
            return self._object(path) if character == "{" else self._array(path)
        if character == '"':
            text = self._string(path)
            self.document.values[path] = self.place(start, self.at)
            return text
        return self._plain(path)

    def _plain(self, path: DocumentPath) -> int | float | bool | None:
        match = _NUMBER.match(self.text, self.at) or _WORD.match(self.text, self.at)
        if match is None:
            raise self.fail("a value is expected: \"text\", a number, true, false, null, '{' or '['", path)
        written = match.group()
        self.document.values[path] = self.place(match.start(), match.end())
        self.document.written[path] = written
        self.at = match.end()
        if written in _WORDS:
            return _WORDS[written]
        number = int(written) if written.lstrip("-").isdigit() else float(written)
        if not math.isfinite(float(written)):
            raise self.document.fail(f"{written} is too large a number", self.document.values[path], path)
        return number

    def _string(self, path: DocumentPath) -> str:
        try:
            text, self.at = _DECODER.raw_decode(self.text, self.at)
        except JSONDecodeError as error:
            self.at = min(error.pos, len(self.text) - 1)
            raise self.fail(f"not a JSON text: {error.msg[0].lower()}{error.msg[1:]}", path) from None
        if _HALF_PAIR.search(text):
            raise self.fail("not a JSON text: it holds half of a surrogate pair", path)
        return str(text)

    def _array(self, path: DocumentPath) -> list[Any]:
        items: list[Any] = []
        if self.peek() == "]":
            self.at += 1
            return items
        while True:
            items.append(self.value((*path, len(items))))
            if self._ends("]", path):
                return items

    def _object(self, path: DocumentPath) -> dict[str, Any]:
        pairs: dict[str, Any] = {}
        if self.peek() == "}":
            self.at += 1
            return pairs
        while True:
            self._pair(pairs, path)
            if self._ends("}", path):
                return pairs

    def _pair(self, pairs: dict[str, Any], path: DocumentPath) -> None:
        if (character := self.peek()) != '"':
            raise self.fail(_NO_KEY.get(character, "a key in double quotes is expected"), path)
        start = self.at
        key = self._string(path)
        place, inner = self.place(start, self.at), (*path, key)
        if self.peek() != ":":
            raise self.fail(f"':' is expected after the key {key!r}", path)
        self.at += 1
        if key in pairs:
            message = f"{key!r} is written twice in one mapping, first in line {self.document.keys[inner].line}"
            self.document.problems.append(self.document.problem(inner, message, place=place, found=key))
            self.value(inner)
            return
        self.document.keys[inner] = place
        pairs[key] = self.value(inner)

    def _ends(self, closing: str, path: DocumentPath) -> bool:
        """Read ',' (more follows) or *closing*."""
        character = self.peek()
        if character not in (",", closing) or not character:
            raise self.fail(f"',' or '{closing}' is expected", path)
        self.at += 1
        return character == closing
