"""CSV and TSV files as passages: one for each column and batch of rows.

Source: Macie userguide/findings-locate-sd-schema (Cells array): rows and columns count from 1, the header is row 1.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import TextIO

from simulator.api.macie2.detection.passage import CHARACTERS, Passage, Place
from simulator.api.macie2.detection.reading_errors import MalformedError

_MOST_ROWS = 2_000
_NAME = re.compile(r"[^\W\d][\w .()/#&'-]{0,127}")
DELIMITERS = ",\t;|"
"""Possible delimiters of fields, the likeliest first."""

Rows = list[list[str]]


def delimiter_of(line: str) -> str:
    """Return the delimiter of a line: the most frequent one."""
    return max(DELIMITERS, key=line.count)


def delimited_passages(stream: TextIO, delimiter: str | None = None) -> Iterator[Passage]:
    """Yield the passages of a file of rows.

    Args:
        stream: The file.
        delimiter: The delimiter; None to detect it from the first line.

    Raises:
        MalformedError: It cannot be read as rows.
    """
    first = stream.readline()
    rows = csv.reader(chain([first], stream), delimiter=delimiter or delimiter_of(first))
    try:
        head = next(rows, [])
        names = head if _is_header(head) else []
        if names:
            yield Passage((first,), "", _in_header)
        number = 2 if names else 1
        for batch in _batches(rows if names else chain([head], rows)):
            yield from _columns(batch, names, number)
            number += len(batch)
    except csv.Error as error:
        raise MalformedError from error


def _is_header(row: list[str]) -> bool:
    """Tell whether a row looks like a header: each cell begins with a letter, and none appears twice."""
    return bool(row) and len(set(row)) == len(row) and all(_NAME.fullmatch(cell.strip()) for cell in row)


def _in_header(_unit: int, start: int, _end: int) -> Place:
    return Place("lineRanges", "", {"start": 1, "end": 1, "startColumn": start + 1})


def _batches(rows: Iterator[list[str]]) -> Iterator[Rows]:
    batch: Rows = []
    size = 0
    for row in rows:
        batch.append(row)
        size += sum(map(len, row))
        if len(batch) == _MOST_ROWS or size > CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _columns(batch: Rows, names: list[str], number: int) -> Iterator[Passage]:
    for column in range(max(map(len, batch))):
        name = next(islice(names, column, None), "").strip()
        cells = tuple(row[column] if column < len(row) else "" for row in batch)
        yield Passage(cells, name, _places(column + 1, name, number))


def _places(column: int, name: str, number: int) -> Callable[[int, int, int], Place]:
    def place(unit: int, _start: int, _end: int) -> Place:
        cell = {"column": column, "columnName": name or None, "row": number + unit}
        return Place("cells", name or str(column), cell)

    return place
