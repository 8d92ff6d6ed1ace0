"""Regular expressions of users, matched without backtracking by RE2, which is part of DuckDB.

One match takes linear time. To find all matches can take quadratic time if each has to look at the rest of the text, as
`a.*z|a` does in a text that consists of `a`. A search that takes too long is aborted.
As in the service, there are no back references and no look-ahead or look-behind assertions.

Source: Macie userguide/cdis-options, userguide/allow-lists-options.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import local
from typing import Any

import duckdb

from simulator.execution.engines.deadline import Deadline

LONGEST = 10.0
"""Seconds after which a call is aborted: between two texts, not within one."""

_CONNECTIONS = local()


class InvalidRegexError(ValueError):
    """An expression does not compile."""


class SlowRegexError(Exception):
    """An expression was matched for longer than `LONGEST` seconds."""


def check_regex(pattern: str) -> None:
    """Refuse an expression that does not compile.

    Raises:
        InvalidRegexError: It does not; the message says why.
    """
    full_matches(pattern, [""])


def all_spans(pattern: str, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
    """Return where *pattern* matches in each text: start and end, without overlaps and without empty matches.

    Raises:
        InvalidRegexError: The expression does not compile.
        SlowRegexError: It takes too long.
    """
    # The text before each match is captured with it, because DuckDB does not return positions.
    wrapped = f"(?s:(.*?))({pattern})"
    rows = _rows(
        "SELECT regexp_extract_all(text, ?, 1), regexp_extract_all(text, ?, 2) FROM (SELECT unnest(?) AS text)",
        [wrapped, wrapped, list(texts)],
    )
    return [_spans(gaps, found) for gaps, found in rows]


def full_matches(pattern: str, texts: Sequence[str]) -> list[bool]:
    """Return whether *pattern* matches each whole text.

    Raises:
        InvalidRegexError: The expression does not compile.
        SlowRegexError: It takes too long.
    """
    sql = "SELECT regexp_full_match(text, ?) FROM (SELECT unnest(?) AS text)"
    return [bool(row[0]) for row in _rows(sql, [pattern, list(texts)])]


def _spans(gaps: list[str], found: list[str]) -> list[tuple[int, int]]:
    spans, position = [], 0
    for gap, text in zip(gaps, found, strict=True):
        start = position + len(gap)
        # After an empty match the engine continues at the next character.
        position = start + (len(text) or 1)
        if text:
            spans.append((start, position))
    return spans


def _rows(sql: str, values: list[object]) -> list[Any]:
    if not hasattr(_CONNECTIONS, "held"):
        _CONNECTIONS.held = duckdb.connect(config={"threads": 1, "enable_external_access": False})
    deadline = Deadline(LONGEST, _CONNECTIONS.held.interrupt)
    try:
        rows: list[Any] = _CONNECTIONS.held.execute(sql, values).fetchall()
    except duckdb.InterruptException:
        raise SlowRegexError(f"the expression took longer than {LONGEST:g} seconds") from None
    except duckdb.Error as error:
        raise InvalidRegexError(str(error).splitlines()[0].rpartition("Error: ")[2]) from None
    finally:
        deadline.close()
    return rows
