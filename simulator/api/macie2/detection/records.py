"""JSON, JSON Lines and Parquet files as passages: one for each path and batch of records.

Source: Macie userguide/findings-locate-sd-schema (Records array): records count from 0; userguide/macie-quotas.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

import duckdb

from simulator.api.macie2.detection.passage import CHARACTERS, MOST_EXTRACTED, Passage, Place
from simulator.api.macie2.detection.reading_errors import MalformedError, UnreadableError

MOST_LEVELS = 256
"""Maximum nesting of elements in a JSON file. Source: userguide/macie-quotas."""
_MOST_RECORDS = 2_000
_AT_ONCE = 64
"""Number of rows of a Parquet file in memory at once, few because a small file can hold long values."""
_MOST_PATH = 250
_PLAIN = re.compile(r"[A-Za-z_]\w*", re.ASCII)

Value = tuple[tuple[str, ...], str, str]
"""Names of the path, the path as JSONPath, and the text of a value."""


def json_passages(stream: TextIO) -> Iterator[Passage]:
    """Yield the passages of a JSON document.

    Raises:
        MalformedError: It is not JSON.
        UnreadableError: It is nested too deeply.
    """
    yield from _passages([(0, _parsed(stream.read()))])


def json_lines_passages(stream: TextIO) -> Iterator[Passage]:
    """Yield the passages of a file with a JSON value on each line.

    Raises:
        MalformedError: A line is not JSON.
        UnreadableError: A line is nested too deeply.
    """
    yield from _passages((index, _parsed(line)) for index, line in enumerate(stream) if line.strip())


def parquet_passages(content: bytes) -> Iterator[Passage]:
    """Yield the passages of a Parquet file.

    Raises:
        UnreadableError: It is not a Parquet file, or is damaged.
    """
    with tempfile.TemporaryDirectory(prefix="cleanroom-macie-") as folder:
        path = Path(folder) / "object.parquet"
        path.write_bytes(content)
        try:
            yield from _passages(_parquet_records(path))
        except duckdb.Error:
            raise UnreadableError("UNABLE_TO_PARSE_FILE") from None


def _parquet_records(path: Path) -> Iterator[tuple[int, Any]]:
    with duckdb.connect(config={"threads": 1, "memory_limit": "512MB"}) as connection:
        answer = connection.execute("SELECT * FROM read_parquet(?)", [str(path)])
        names = [each[0] for each in answer.description or ()]
        index = 0
        while rows := answer.fetchmany(_AT_ONCE):
            for row in rows:
                yield index, dict(zip(names, row, strict=True))
                index += 1


def _parsed(text: str) -> Any:  # noqa: ANN401 - JSON
    try:
        return json.loads(text)
    except RecursionError:
        raise UnreadableError("JSON_NESTING_LEVEL_OVER_LIMIT") from None
    except ValueError as error:
        raise MalformedError from error


def _passages(records: Iterable[tuple[int, Any]]) -> Iterator[Passage]:
    held: dict[tuple[str, ...], list[tuple[int, str, str]]] = {}
    size = count = total = 0
    for index, record in records:
        for names, path, text in _leaves(record, (), "$", 0):
            held.setdefault(names, []).append((index, path, text))
            size += len(text) + 1
            total += len(text) + 1
            if total > MOST_EXTRACTED:
                raise UnreadableError("ARCHIVE_TOTAL_BYTES_EXTRACTED_OVER_LIMIT")
            if size > CHARACTERS:
                yield from map(_passage, held, held.values())
                held, size, count = {}, 0, 0
        count += 1
        if count == _MOST_RECORDS:
            yield from map(_passage, held, held.values())
            held, size, count = {}, 0, 0
    yield from map(_passage, held, held.values())


def _passage(names: tuple[str, ...], values: list[tuple[int, str, str]]) -> Passage:
    return Passage(tuple(text for _, _, text in values), " ".join(names), _places(names, values))


def _places(names: tuple[str, ...], values: list[tuple[int, str, str]]) -> Callable[[int, int, int], Place]:
    def place(unit: int, _start: int, _end: int) -> Place:
        index, path, _ = values[unit]
        return Place("records", ".".join(names), {"jsonPath": path[-_MOST_PATH:], "recordIndex": index})

    return place


def _leaves(value: Any, names: tuple[str, ...], path: str, level: int) -> Iterator[Value]:  # noqa: ANN401 - JSON
    if level > MOST_LEVELS:
        raise UnreadableError("JSON_NESTING_LEVEL_OVER_LIMIT")
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, (*names, str(key)), path + _step(str(key)), level + 1)
    elif isinstance(value, (list, tuple)):
        for index, inner in enumerate(value):
            yield from _leaves(inner, names, f"{path}[{index}]", level + 1)
    elif isinstance(value, bytes):
        yield names, path, value.decode("utf-8", "replace")
    elif value is not None and not isinstance(value, bool):
        yield names, path, str(value)


def _step(key: str) -> str:
    return f".{key}" if _PLAIN.fullmatch(key) else f"[{json.dumps(key, ensure_ascii=False)}]"
