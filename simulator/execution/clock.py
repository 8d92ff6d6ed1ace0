"""The time of a run: one moment, taken before its tables are loaded, wherever the query asks what time it is.

If the engine supplied the time, each statement would reveal when it began, and so how long the previous ones took. That
duration depends on the rows, and no noise hides it.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime, tzinfo
from types import MappingProxyType
from zoneinfo import ZoneInfo

from sqlglot import exp

_KINDS: Mapping[type[exp.Expr], exp.DType] = MappingProxyType(
    {
        exp.CurrentDate: exp.DType.DATE,
        exp.CurrentDatetime: exp.DType.DATETIME,
        exp.CurrentTime: exp.DType.TIME,
        exp.CurrentTimestamp: exp.DType.TIMESTAMP,
        exp.Localtime: exp.DType.TIME,
        exp.Localtimestamp: exp.DType.TIMESTAMP,
    }
)
"""Expressions that ask for the current time, with the type of their result."""

CLOCKS: tuple[type[exp.Expr], ...] = (
    *_KINDS,
    *(exp.CurrentTimestampLTZ, exp.Systimestamp, exp.UtcDate, exp.UtcTime, exp.UtcTimestamp),
)
"""Every expression that reads the clock, in any dialect. A query that still has one after `stop_clock` is refused."""
_FORMATS = {exp.DType.DATE: "%Y-%m-%d", exp.DType.TIME: "%H:%M:%S.%f"}
_MOMENT = "%Y-%m-%d %H:%M:%S.%f"


def stop_clock(tree: exp.Expr, copies: MutableMapping[int, exp.Expr], moment: datetime) -> None:
    """Write *moment* in place of everything that asks for the time.

    Args:
        tree: A query of any dialect; it is changed.
        copies: Identity of an original node to its copy in *tree*; updated where a copy is replaced.
        moment: The time, with its zone.
    """
    originals = {id(node): original for original, node in copies.items()}
    for node in list(tree.walk()):
        written = _written(node, moment)
        if written is not None:
            node.replace(written)
            if id(node) in originals:
                copies[originals[id(node)]] = written


def _written(node: exp.Expr, moment: datetime) -> exp.Expr | None:
    kind = exp.DType.TIMESTAMP if _is_now(node) else _KINDS.get(type(node))
    zone = None if kind is None else UTC if _is_now(node) else _zone(node.args.get("this"))
    if kind is None or zone is None:
        return None
    text = moment.astimezone(zone).strftime(_FORMATS.get(kind, _MOMENT))
    return exp.cast(exp.Literal.string(text), exp.DataType(this=kind, nested=False))


def _is_now(node: exp.Expr) -> bool:
    return isinstance(node, exp.Anonymous) and node.name.upper() == "NOW" and not node.expressions


def _zone(written: exp.Expr | None) -> tzinfo | None:
    """Return the time zone that a function asks for; None when it is not a literal, or the zone does not exist."""
    if not written:
        return UTC
    if not isinstance(written, exp.Literal) or not written.is_string:
        return None
    try:
        return ZoneInfo(written.name)
    except (OSError, ValueError, LookupError):
        return None
