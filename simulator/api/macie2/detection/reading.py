"""Splits an object into passages: CSV, TSV, JSON, JSON Lines, Parquet or text, also compressed by gzip.

Source: Macie userguide/discovery-supported-storage, userguide/macie-quotas.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO

from simulator.api.macie2.detection.delimited import DELIMITERS, delimited_passages
from simulator.api.macie2.detection.identifier import words
from simulator.api.macie2.detection.passage import MOST_EXTRACTED, Passage
from simulator.api.macie2.detection.plain_text import text_passages
from simulator.api.macie2.detection.reading_errors import MalformedError, UnreadableError
from simulator.api.macie2.detection.records import json_lines_passages, json_passages, parquet_passages

_MOST_LAYERS = 10
_SNIFFED = 8_192

TEXT = frozenset(words("csv, tsv, json, jsonl, ndjson, txt, text, log, md, html, htm, xml, yaml, yml, eml, sql, plain"))
"""File name extensions of text."""
COMPRESSED = frozenset({"gz", "gzip"})
"""File name extensions of gzip."""
SUPPORTED = TEXT | COMPRESSED | {"parquet"}
"""File name extensions that are analysed here."""
NOT_READ_HERE = frozenset(words("avro, zip, tar, pdf, doc, docx, xls, xlsx"))
"""File name extensions that the service reads, but this endpoint does not."""


def extension_of(key: str) -> str:
    """Return the file name extension of an object's key, as written, without its dot; empty for none."""
    return PurePosixPath(key).suffix.removeprefix(".")


def passages(content: bytes, key: str, *, as_text: bool = False) -> Iterator[Passage]:
    """Yield the passages of an object.

    Args:
        content: The content of the object.
        key: Its key; the format follows from the extension, or from the content if there is none.
        as_text: Read it as text, whatever its format.

    Raises:
        UnreadableError: It cannot be analysed, or only the passages yielded so far can.
        MalformedError: It does not have the structure that its name indicates; try it as text.
    """
    name, layers = key, 0
    stream: BinaryIO = io.BytesIO(content)
    while (head := _peek(stream)).startswith(b"\x1f\x8b"):
        layers += 1
        if layers > _MOST_LAYERS:
            raise UnreadableError("ARCHIVE_NESTING_LEVEL_OVER_LIMIT")
        name = str(PurePosixPath(name).with_suffix("")) if extension_of(name).lower() in COMPRESSED else name
        stream = io.BufferedReader(_Extracted(stream))  # type: ignore[type-var]  # typeshed asks for private members
    if head.startswith(b"PAR1"):
        yield from parquet_passages(stream.read())
        return
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableError("UNSUPPORTED_FILE_TYPE_EXCEPTION")
    yield from _text(stream, head, "txt" if as_text else _kind(extension_of(name).lower(), head))


def _text(stream: BinaryIO, head: bytes, kind: str) -> Iterator[Passage]:
    encoding = "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    text = io.TextIOWrapper(stream, encoding, "replace", newline="")
    if kind in {"csv", "tsv"}:
        yield from delimited_passages(text, "\t" if kind == "tsv" else None)
    elif kind in {"jsonl", "ndjson"}:
        yield from json_lines_passages(text)
    elif kind == "json":
        yield from _json(text)
    else:
        yield from text_passages(text)


def _json(text: io.TextIOWrapper) -> Iterator[Passage]:
    """Read one JSON document, or JSON Lines, which some tools write under the same extension."""
    content = text.read()
    try:
        yield from json_passages(io.StringIO(content))
    except MalformedError:
        yield from json_lines_passages(io.StringIO(content))


def _kind(extension: str, head: bytes) -> str:
    """Return the extension if it is known, else the format that the content looks like: CSV, JSON Lines or text."""
    if extension in SUPPORTED | NOT_READ_HERE:
        return extension
    lines = head.decode("utf-8", "replace").splitlines()
    if lines and lines[0].lstrip().startswith("{") and lines[0].rstrip().endswith("}"):
        return "jsonl"
    two = lines[:2]
    alike = any(two[0].count(each) == two[1].count(each) > 0 for each in DELIMITERS) if len(two) > 1 else False
    return "csv" if alike else "txt"


def _peek(stream: BinaryIO) -> bytes:
    if isinstance(stream, io.BufferedReader):
        return stream.peek(_SNIFFED)[:_SNIFFED]
    head = stream.read(_SNIFFED)
    stream.seek(0)
    return head


class _Extracted(io.RawIOBase):
    """The decompressed content of a gzip stream, up to the limit."""

    def __init__(self, compressed: BinaryIO) -> None:
        self._inner = gzip.GzipFile(fileobj=compressed)
        self._left = MOST_EXTRACTED

    def readable(self) -> bool:
        """Return True: this can be read."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # io's own type has no name to write
        """Fill *buffer*.

        Raises:
            UnreadableError: The stream is damaged, or holds more than is extracted.
        """
        try:
            data = self._inner.read(len(buffer))
        except (OSError, EOFError, zlib.error):
            raise UnreadableError("MALFORMED_FILE") from None
        self._left -= len(data)
        if self._left < 0:
            raise UnreadableError("ARCHIVE_TOTAL_BYTES_EXTRACTED_OVER_LIMIT")
        buffer[: len(data)] = data
        return len(data)
