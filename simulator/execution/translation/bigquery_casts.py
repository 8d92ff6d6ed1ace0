"""CAST and SAFE_CAST of BigQuery: which texts are a number, a time or a BOOL, and how a number is written as text.

DuckDB takes more texts than BigQuery: '1.5', '1e2' and '1_000' for an INT64, 'yes' for a BOOL, 'infinity' for a DATE.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/conversion_functions#cast
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from sqlglot import exp

from simulator.execution.errors import NotTranslatableError
from simulator.execution.translation.templates import typed, written

_KIND = exp.DataType.Type
_TEXTS = exp.DataType.TEXT_TYPES
_FLOATS = {_KIND.DOUBLE, _KIND.FLOAT}
_DECIMALS = {_KIND.DECIMAL, _KIND.BIGDECIMAL}
_MOMENTS = {_KIND.TIMESTAMP, _KIND.DATETIME, _KIND.TIMESTAMPTZ, _KIND.TIMESTAMPLTZ}
_ZONED = {_KIND.TIMESTAMPTZ, _KIND.TIMESTAMPLTZ}

_WHOLE = r"^\s*[+-]?[0-9]+\s*$"
_HEX = r"^\s*[+-]?0[xX][0-9a-fA-F]+\s*$"
_NUMBER = r"^\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*$"
_FLOAT = rf"{_NUMBER}|^\s*[+-]?[iI][nN][fF]([iI][nN][iI][tT][yY])?\s*$"
_DATE = r"^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}$"
_CLOCK = r"[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(\.[0-9]{1,6})?"
_MOMENT = rf"^[0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}([ Tt]{_CLOCK})?$"
_IN_A_ZONE = re.compile(
    rf"(?P<moment>{_MOMENT[1:-1]})(?:[Zz]|(?P<sign>[+-])(?P<hours>\d{{1,2}})(?::(?P<minutes>\d\d))?)?"
)
_FORM_IN_A_ZONE = rf"^({_MOMENT[1:-1]})(?:([Zz]| UTC)|([+-])(\d{{1,2}})(?::(\d{{1,2}}))?)?$"
_OF_A_TEXT_IN_A_ZONE = """
    CASE WHEN REGEXP_MATCHES(:x, :form) THEN CAST(REGEXP_EXTRACT(:x, :form, 1) AS TIMESTAMP)
    - TO_MINUTES(CASE REGEXP_EXTRACT(:x, :form, 5) WHEN '-' THEN -1 ELSE 1 END
        * (60 * CAST('0' || REGEXP_EXTRACT(:x, :form, 6) AS BIGINT)
        + CAST('0' || REGEXP_EXTRACT(:x, :form, 7) AS BIGINT))) END
"""
_TEXT_OF_A_FLOAT = """
    CASE WHEN CAST(FORMAT('{:.15g}', CAST(:x AS DOUBLE)) AS DOUBLE) = :x THEN FORMAT('{:.15g}', CAST(:x AS DOUBLE))
    ELSE FORMAT('{:.17g}', CAST(:x AS DOUBLE)) END
"""
_FORMS = {
    **dict.fromkeys((_KIND.DOUBLE, _KIND.FLOAT), (_FLOAT, "a number")),
    _KIND.DECIMAL: (_NUMBER, "a number"),
    _KIND.DATE: (_DATE, "a date"),
    _KIND.TIME: (rf"^{_CLOCK}$", "a time"),
    **dict.fromkeys((_KIND.TIMESTAMP, _KIND.DATETIME), (_MOMENT, "a date and time")),
}
"""Which texts are a value of a type."""


def cast_as_bigquery(node: exp.Expr) -> exp.Expr | None:
    """`CAST(x AS type)`: what is no value of the type is NULL."""
    if not isinstance(node, exp.Cast) or node.args.get("format"):
        _refuse_format(node)
        return None
    source, target = node.this, node.to.this
    if target in _TEXTS:
        return _as_text(node)
    if source.is_type(*_TEXTS):
        return _of_text(node)
    if target in exp.DataType.INTEGER_TYPES and source.is_type(*_FLOATS):
        return typed(written("CAST(ROUND(:x) AS BIGINT)", x=source), "BIGINT")
    if _KIND.BINARY in (target, getattr(source.type, "this", None)) and source.type != node.to:
        raise NotTranslatableError("CAST from or to BYTES cannot be run here")
    if _may_be_text(source) and target in {_KIND.BIGINT, _KIND.BOOLEAN, *_FORMS, *_ZONED}:
        raise NotTranslatableError(
            f"the type of {source.sql('bigquery')!r} is not known, so its CAST cannot be run here"
        )
    return None


def text_of_a_number(node: exp.Expr) -> exp.Expr | None:
    """`CONCAT(text, number)`: a number is written as CAST writes it."""
    if isinstance(node, (exp.Concat, exp.DPipe)):
        for part in node.expressions or (node.this, node.expression):
            if part.is_type(*_FLOATS, *_DECIMALS, *_MOMENTS):
                raise NotTranslatableError(
                    "CONCAT of a FLOAT64, a NUMERIC or a time cannot be run here; write it as STRING"
                )
    return None


def time_of_a_text(node: exp.Expr) -> exp.Expr | None:
    """`ts > '2024-01-31 12:00:00-05'`, `TIMESTAMP('..')`: the text is read as the time that it stands beside."""
    if isinstance(node, (exp.Timestamp, exp.TsOrDsToTimestamp)) and node.this is not None:
        if node.args.get("zone") is not None:
            raise NotTranslatableError("TIMESTAMP with a time zone cannot be run here")
        if node.this.is_type(*_TEXTS):
            node.set("this", _moment(exp.cast(node.this, _KIND.TIMESTAMPTZ)))
        return node
    if isinstance(node, (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In)):
        operands = list(node.iter_expressions())
        zoned = next((operand for operand in operands if operand.is_type(*_ZONED)), None)
        for operand in operands if zoned is not None else ():
            if operand.is_string:
                operand.replace(_moment(exp.cast(operand, _KIND.TIMESTAMPTZ)))
        return node
    return None


def _refuse_format(node: exp.Expr) -> None:
    if isinstance(node, exp.Cast):
        raise NotTranslatableError("CAST .. FORMAT cannot be run here")


def _may_be_text(source: exp.Expr) -> bool:
    return source.type is None or source.is_type(_KIND.UNKNOWN)


def _as_text(node: exp.Cast) -> exp.Expr | None:
    source = node.this
    if source.is_type(*_FLOATS):
        return typed(written(_TEXT_OF_A_FLOAT, x=source), "VARCHAR")
    if source.is_type(*_MOMENTS, _KIND.TIME):
        return typed(_text_of_a_time(source), "VARCHAR")
    if source.is_type(*_DECIMALS):
        text = "RTRIM(RTRIM(CAST(CAST(:x AS DECIMAL(38, 9)) AS VARCHAR), '0'), '.')"
        return typed(written(text, x=source), "VARCHAR")
    if source.is_type(_KIND.BINARY):
        raise NotTranslatableError("CAST(BYTES AS STRING) cannot be run here")
    if _may_be_text(source):
        raise NotTranslatableError(
            f"the type of {source.sql('bigquery')!r} is not known, so its CAST cannot be run here"
        )
    return None


def _text_of_a_time(source: exp.Expr) -> exp.Expr:
    """Write three digits after the point, or six, and the zone of a TIMESTAMP."""
    shown = exp.cast(exp.cast(source, "TIME" if source.is_type(_KIND.TIME) else "TIMESTAMP", dialect="duckdb"), "TEXT")
    seconds = len("12:34:56" if source.is_type(_KIND.TIME) else "2024-01-31 12:34:56")
    text = (
        f"CASE WHEN LENGTH(:x) = {seconds} THEN :x WHEN LENGTH(:x) <= {seconds + 4} THEN RPAD(:x, {seconds + 4}, '0') "
        f"ELSE RPAD(:x, {seconds + 7}, '0') END"
    )
    zone = "+00" if source.is_type(*_ZONED) else ""
    return written(f"{text} || '{zone}'", x=shown) if zone else written(text, x=shown)


def _of_text(node: exp.Cast) -> exp.Expr | None:
    source, target = node.this, node.to.this
    if target in exp.DataType.INTEGER_TYPES:
        return _int64(source)
    if target is _KIND.BOOLEAN:
        text = "CASE LOWER(:x) WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END"
        return typed(written(text, x=source), "BOOLEAN")
    if target in _ZONED:
        return _moment(node)
    if target in _FORMS:
        return _checked(node, *_FORMS[target])
    if target is _KIND.BINARY:
        return typed(exp.Encode(this=source.copy(), charset=exp.Literal.string("utf-8")), "BLOB")
    return None


def _int64(source: exp.Expr) -> exp.Expr:
    if source.is_string:
        number = int(source.name, 0 if re.match(_HEX, source.name) else 10) if _is_whole(source.name) else None
        value = exp.null() if number is None else written(f"{number}")
        return typed(exp.TryCast(this=value, to=exp.DataType.build("BIGINT")), "BIGINT")
    text = (
        "CASE WHEN REGEXP_MATCHES(:x, :whole) THEN CAST(:x AS BIGINT) "
        "WHEN REGEXP_MATCHES(:x, :hex) THEN CAST(REGEXP_REPLACE(:x, '[+-]', '') AS BIGINT) "
        "* CASE WHEN CONTAINS(:x, '-') THEN -1 ELSE 1 END END"
    )
    forms = {"whole": exp.Literal.string(_WHOLE), "hex": exp.Literal.string(_HEX)}
    return typed(written(text, x=source, **forms), "BIGINT")


def _is_whole(text: str) -> bool:
    return re.match(f"{_WHOLE}|{_HEX}", text) is not None


def _checked(node: exp.Cast, form: str, name: str) -> exp.Expr | None:
    source = node.this
    if source.is_string:
        if re.match(form, source.name):
            return None
        if name == "a number" and source.name.strip().lstrip("+-").lower() == "nan":
            raise NotTranslatableError(
                f"CAST({source.name!r} AS FLOAT64) cannot be run here: to the engine NaN equals itself"
            )
        return exp.TryCast(this=exp.null(), to=node.to.copy())
    cast = exp.TryCast(this=source.copy(), to=node.to.copy())
    return written(
        "CASE WHEN REGEXP_MATCHES(:x, :form) THEN :cast END", x=source, form=exp.Literal.string(form), cast=cast
    )


def _moment(node: exp.Cast) -> exp.Expr:
    """Write a TIMESTAMP as the time of UTC that it is."""
    if not node.this.is_string:
        form = exp.Literal.string(_FORM_IN_A_ZONE)
        return typed(written(_OF_A_TEXT_IN_A_ZONE, x=node.this, form=form), "TIMESTAMPTZ")
    found = _IN_A_ZONE.fullmatch(node.this.name)
    if found is None:
        raise NotTranslatableError(
            f"TIMESTAMP {node.this.name!r} cannot be run here; write it as in '2024-01-31 12:00:00+00'"
        )
    moment = found["moment"] if found["sign"] is None else _in_utc(found)
    return exp.TryCast(this=exp.Literal.string(moment), to=node.to.copy())


def _in_utc(found: re.Match[str]) -> str:
    day, _, clock = re.sub("[Tt]", " ", found["moment"]).partition(" ")
    year, month, date = map(int, day.split("-"))
    seconds = [float(part) for part in clock.split(":")] if clock else [0.0, 0.0, 0.0]
    try:
        local = datetime(year, month, date) + timedelta(hours=seconds[0], minutes=seconds[1], seconds=seconds[2])  # noqa: DTZ001 - of UTC
        shift = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
        moment = local - shift if found["sign"] == "+" else local + shift
    except (ValueError, OverflowError) as error:
        raise NotTranslatableError(f"TIMESTAMP {found[0]!r} is none") from error
    return moment.isoformat(" ")
