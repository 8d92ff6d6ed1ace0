"""The time of a run: one moment, taken before its tables are loaded, wherever the query asks what time it is.

Asked of the engine, each statement would tell when it began, and so how long the ones before it took: that depends on
rows, which no noise hides.
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
"""What asks for the time, to the type of the answer."""

CLOCKS: tuple[type[exp.Expr], ...] = (
    *_KINDS,
    *(exp.CurrentTimestampLTZ, exp.Systimestamp, exp.UtcDate, exp.UtcTime, exp.UtcTimestamp),
)
"""Everything that tells the time. Where one is left, also of another dialect, a query is refused."""
_FORMATS = {exp.DType.DATE: "%Y-%m-%d", exp.DType.TIME: "%H:%M:%S.%f"}
_MOMENT = "%Y-%m-%d %H:%M:%S.%f"


def stop_clock(tree: exp.Expr, copies: MutableMapping[int, exp.Expr], moment: datetime) -> None:
    """Write *moment* in place of everything that asks for the time.

    Args:
        tree: A query of any dialect; it is changed.
        copies: Where nodes of *tree* are known as the copies of others; is told what has taken their places.
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
    """Return the zone that is asked for; None when it is not written out, or there is none of that name."""
    if not written:
        return UTC
    if not isinstance(written, exp.Literal) or not written.is_string:
        return None
    try:
        return ZoneInfo(written.name)
    except (OSError, ValueError, LookupError):
        return None
