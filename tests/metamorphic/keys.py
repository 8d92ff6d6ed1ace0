"""Other spellings of keys, made on the text: brackets, positions.

A key of GROUP BY is the same with brackets, and as the position of the select item that it is. So are those of ORDER BY
and PARTITION BY with brackets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlglot import exp

from simulator.request import AnalysisRequest
from simulator.sql.grouping import is_key, is_position, key_nodes, signature
from simulator.sql.resolved import Script, Select
from simulator.sql.resolving import resolve_script

KeySpelling = Callable[[Script], Iterator[tuple[exp.Expression, str]]]
"""Yields columns that are keys and the texts that shall stand in their places; `{}` is the column as it is written."""


def respelled(request: AnalysisRequest, spelling: KeySpelling) -> str | None:
    """Return the text of *request* with other keys; None when it has none of this kind, or cannot be followed."""
    script = resolve_script(request)
    if script.problems:
        return None
    text = request.sql
    # A pipe query has some of its columns at two places in its tree.
    places = {span: new for column, new in spelling(script) if (span := script.span(column)) is not None}
    for span in sorted(places, key=lambda place: place.start, reverse=True):
        end = span.start + span.length
        text = text[: span.start] + places[span].format(text[span.start : end]) + text[end:]
    return text if text != request.sql else None


def bracketed(script: Script) -> Iterator[tuple[exp.Expression, str]]:
    """Put each key into brackets, and every second one into two pairs."""
    for number, column in enumerate(_columns(script)):
        yield column, "(({}))" if number % 2 else "({})"


def numbered(script: Script) -> Iterator[tuple[exp.Expression, str]]:
    """Write keys of GROUP BY as positions."""
    yield from ((column, str(position)) for column, position in _positions(script))


def numbered_in_brackets(script: Script) -> Iterator[tuple[exp.Expression, str]]:
    """Write keys of GROUP BY as positions in brackets."""
    yield from ((column, f"({position})") for column, position in _positions(script))


KEY_SPELLINGS: dict[str, KeySpelling] = {
    "bracketed": bracketed,
    "numbered": numbered,
    "numbered_in_brackets": numbered_in_brackets,
}


def named(script: Script, _chance: object) -> None:
    """Write positions in GROUP BY as the select items that they stand for, on the trees of *script*."""
    for select in script.selects:
        for key, item in key_nodes(script, select):
            if item is not None and is_position(key):
                key.replace(item.node.copy())


def _columns(script: Script) -> Iterator[exp.Expression]:
    for statement in script.statements:
        for node in statement.find_all(exp.Column):
            if isinstance(node.this, exp.Star) or script.use(node) is None:
                continue
            in_window = isinstance(node.parent, exp.Window) and node.arg_key == "partition_by"
            if is_key(node) or in_window or isinstance(node.parent, exp.Ordered):
                yield node


def _positions(script: Script) -> Iterator[tuple[exp.Expression, int]]:
    for select in script.selects:
        for key, item in key_nodes(script, select):
            if isinstance(key, exp.Column) and not isinstance(key.parent, exp.Tuple):
                position = _position(script, select, key if item is None else item.node)
                if position is not None:
                    yield key, position


def _position(script: Script, select: Select, key: exp.Expression) -> int | None:
    if len(select.projections) != len(select.node.expressions):
        return None
    wanted = signature(script, key)
    return next((at for at, item in enumerate(select.projections, 1) if signature(script, item.node) == wanted), None)
