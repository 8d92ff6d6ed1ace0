"""Blanks comments before the parser, and refuses those that the service's engine would end somewhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sqlglot.tokenizer_core import Token

from simulator.sql.problems import COMMANDS_PAGE, Problems, span_between
from simulator.verdict import Basis

_MARKS = re.compile(r"/\*|\*/")


def without_comments(sql: str, tokens: Sequence[Token], problems: Problems, *, nested: bool = True) -> str:
    """Return *sql* with spaces in place of comments, so that every offset stays; hints are no comments.

    sqlglot knows `GROUP BY` as one word and does not see it in `GROUP /* by what? */ BY`.

    Args:
        sql: The text.
        tokens: Its tokens; what lies between two of them is space or comment.
        problems: Takes a finding for each comment that is not one to the service.
        nested: Whether comments in brackets nest and `#` begins none, as in Spark; else as in BigQuery.
    """
    if not any(mark in sql for mark in ("--", "/*", "{#", *(() if nested else ("#",)))):
        return sql
    pieces: list[str] = []
    done = 0
    for start, end in _gaps(sql, tokens):
        text = sql[start:end]
        if not text.strip() or text.strip() == "*/":
            continue
        shown = "*/" if text.lstrip().startswith("*/") else ""  # the end of a hint
        comment = text.replace(shown, "  ", 1) if shown else text
        _check(comment, start, problems, nested=nested)
        kept = text.index(shown) + len(shown) if shown else 0
        pieces += [sql[done:start], text[:kept], _blank(text[kept:])]
        done = end
    return "".join([*pieces, sql[done:]])


def _gaps(sql: str, tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    after = 0
    for token in tokens:
        if token.start > after:
            yield after, token.start
        after = max(after, token.end + 1)
    if after < len(sql):
        yield after, len(sql)


def _blank(text: str) -> str:
    return "".join(letter if letter in "\r\n" else " " for letter in text)


def _check(comment: str, start: int, problems: Problems, *, nested: bool) -> None:
    wrong = _what_is_wrong(comment) if nested else _what_is_wrong_in_bigquery(comment)
    if wrong is not None and not problems.is_full:
        first = start + len(comment) - len(comment.lstrip())
        place = span_between(problems.sql, first, start + len(comment.rstrip()) - 1)
        problems.report("syntax_error", f"not valid SQL: {wrong}", COMMANDS_PAGE, place, Basis.ASSUMED)


def _what_is_wrong(comments: str) -> str | None:
    rest = comments.lstrip()
    while rest:
        if rest.startswith("/*"):
            rest = rest[_end_of_bracketed(rest) :].lstrip()
            continue
        if not rest.startswith("--"):
            return "this is not a comment in Spark SQL"
        line, _, rest = rest.partition("\n")
        if line.rstrip("\r").endswith("\\"):
            return "to Spark, a line comment that ends in a backslash goes on in the next line"
        rest = rest.lstrip()
    return None


def _what_is_wrong_in_bigquery(comments: str) -> str | None:
    rest = comments.lstrip()
    while rest:
        if rest.startswith("/*"):
            body, _, after = rest[2:].partition("*/")
            if "/*" in body:
                return "comments in brackets do not nest in BigQuery; end the first one before the second"
            rest = after.lstrip()
        elif rest.startswith(("--", "#")):
            rest = rest.partition("\n")[2].lstrip()
        else:
            return "this is not a comment in GoogleSQL"
    return None


def _end_of_bracketed(text: str) -> int:
    """Return the offset after the comment that *text* begins with; comments nest."""
    depth = 0
    for mark in _MARKS.finditer(text):
        depth += 1 if mark[0] == "/*" else -1
        if depth == 0:
            return mark.end()
    return len(text)
