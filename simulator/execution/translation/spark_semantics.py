"""Where DuckDB answers otherwise than the service's engine, the tree is changed so that it answers the same.

Each public function is one difference: it gets a node of a typed tree and returns its replacement, or None.
`DIFFERENCES` lists them.

Source: Spark SQL reference, "ANSI compliance" (with ANSI mode off, as AWS Clean Rooms runs it) and the function pages.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from sqlglot import exp

from simulator.execution.one_row_oracles.long_texts import (
    padded_to_a_bounded_length,
    product_of_bounded_lengths,
    repeated_to_a_bounded_length,
)
from simulator.execution.one_row_oracles.wide_sums import moments_of_huge_numbers, sum_of_wide_numbers
from simulator.execution.translation.array_elements import element_of_array
from simulator.execution.translation.time_zones import utc_in_a_zone

Difference = Callable[[exp.Expr], exp.Expr | None]

_INTEGERS = exp.DataType.INTEGER_TYPES
_NUMBERS = exp.DataType.NUMERIC_TYPES
_TEXTS = exp.DataType.TEXT_TYPES
_TIMES = exp.DataType.TEMPORAL_TYPES
_MOMENTS = {*_TIMES} - {exp.DataType.Type.DATE, exp.DataType.Type.DATE32, exp.DataType.Type.TIME}
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ)
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.IntDiv)
_UNITS_IN_FULL = {"MM": "MONTH", "MON": "MONTH", "YY": "YEAR", "YYYY": "YEAR", "DD": "DAY"}


def text_compared_with_number(node: exp.Expr) -> exp.Expr | None:
    """`year = '2017'`: the text becomes a number, time or BOOLEAN; text that is none is NULL instead of an error."""
    if isinstance(node, _COMPARISONS):
        _align(node, "this", node.expression)
        _align(node, "expression", node.this)
        return node
    if isinstance(node, exp.Between):
        for bound in ("low", "high"):
            _align(node, bound, node.this)
        _align(node, "this", node.args["low"])
        return node
    if isinstance(node, exp.In) and node.expressions:
        node.set("expressions", [_aligned(value, node.this) for value in node.expressions])
        _align(node, "this", node.expressions[0])
        return node
    return None


def text_in_arithmetic(node: exp.Expr) -> exp.Expr | None:
    """`'1' + 1`, `SUM(text)`: text in arithmetic is read as DOUBLE, or is NULL."""
    if isinstance(node, _ARITHMETIC):
        for side in ("this", "expression"):
            operand = node.args[side]
            if _is(operand, _TEXTS) and not _is(node.args["expression" if side == "this" else "this"], _TIMES):
                node.set(side, _try_cast(operand, "DOUBLE"))
        return node
    if isinstance(node, (exp.Sum, exp.Avg, exp.Stddev, exp.StddevSamp, exp.StddevPop, exp.Variance, exp.VariancePop)):
        if _is(node.this, _TEXTS):
            node.set("this", _try_cast(node.this, "DOUBLE"))
        return node
    return None


def count_of_conditions(node: exp.Expr) -> exp.Expr | None:
    """`COUNT_IF(x > 1)` is 0 also when no condition is known; DuckDB's is NULL then."""
    if not isinstance(node, exp.CountIf):
        return None
    is_distinct = isinstance(node.this, exp.Distinct)
    condition = node.this.expressions[0] if is_distinct else node.this
    counted = exp.Case(ifs=[exp.If(this=condition.copy(), true=exp.Literal.number(1))])
    return exp.Count(this=exp.Distinct(expressions=[counted]) if is_distinct else counted)


def default_of_another_type(node: exp.Expr) -> exp.Expr | None:
    """`LAG(number, 1, text)`: the default is read as the type of the value."""
    default = node.args.get("default") if isinstance(node, (exp.Lag, exp.Lead)) else None
    if default is None or node.this.type is None or node.this.is_type(exp.DataType.Type.UNKNOWN):
        return None
    node.set("default", _try_cast(default, node.this.type.sql("duckdb")))
    return node


def cast_to_whole_number(node: exp.Expr) -> exp.Expr | None:
    """`CAST(1.9 AS INT)` is 1: Spark cuts off, DuckDB rounds; text such as '1.9' is cut off too."""
    if not isinstance(node, exp.Cast) or node.to.this not in _INTEGERS or _is(node.this, {*_INTEGERS, *_TIMES}):
        return None
    if _is(node.this, {exp.DataType.Type.BOOLEAN}):
        return None
    value = node.this
    if not _is(value, _NUMBERS):
        value = _try_cast(value, "DECIMAL(38, 10)")
    return exp.TryCast(this=exp.Anonymous(this="TRUNC", expressions=[value]), to=node.to)


def modulo_by_zero(node: exp.Expr) -> exp.Expr | None:
    """`a % 0` and `a DIV 0` are NULL."""
    if isinstance(node, (exp.Mod, exp.IntDiv)) and not isinstance(node.expression, exp.Nullif):
        node.set("expression", exp.Nullif(this=node.expression, expression=exp.Literal.number(0)))
        return node
    return None


def logarithm_of_no_positive_number(node: exp.Expr) -> exp.Expr | None:
    """`LN(0)` is NULL."""
    name = "expression" if isinstance(node, exp.Log) and node.args.get("expression") else "this"
    if isinstance(node, (exp.Ln, exp.Log)) and not isinstance(node.args[name], exp.Case):
        value = node.args[name]
        positive = exp.GT(this=value.copy(), expression=exp.Literal.number(0))
        node.set(name, exp.Case(ifs=[exp.If(this=positive, true=value)]))
        return node
    return None


def substring_from_zero(node: exp.Expr) -> exp.Expr | None:
    """`SUBSTRING(s, 0, 2)` starts at the first character."""
    start = node.args.get("start") if isinstance(node, exp.Substring) else None
    if start is None:
        return None
    if isinstance(start, exp.Literal):
        if start.name == "0":
            node.set("start", exp.Literal.number(1))
        return node
    zero = exp.EQ(this=start.copy(), expression=exp.Literal.number(0))
    node.set("start", exp.Case(ifs=[exp.If(this=zero, true=exp.Literal.number(1))], default=start))
    return node


def day_of_week(node: exp.Expr) -> exp.Expr | None:
    """`DAYOFWEEK` counts from Sunday = 1, `WEEKDAY` from Monday = 0."""
    if isinstance(node, exp.DayOfWeek):
        return exp.paren(exp.Add(this=node.copy(), expression=exp.Literal.number(1)), copy=False)
    if isinstance(node, exp.Anonymous) and node.name.upper() == "WEEKDAY":
        day = exp.DayOfWeekIso(this=_try_cast(node.expressions[0], "DATE"))
        return exp.paren(exp.Sub(this=day, expression=exp.Literal.number(1)), copy=False)
    return None


def percentile_interpolates(node: exp.Expr) -> exp.Expr | None:
    """`PERCENTILE(x, 0.5)` interpolates between two rows."""
    if isinstance(node, exp.Quantile):
        return exp.Anonymous(this="QUANTILE_CONT", expressions=[node.this, node.args["quantile"]])
    return None


def like_escapes(node: exp.Expr) -> exp.Expr | None:
    """In a LIKE pattern a backslash escapes."""
    if isinstance(node, exp.Like) and not isinstance(node.parent, exp.Escape) and "\\" in node.expression.name:
        return exp.Escape(this=node.copy(), expression=exp.Literal.string("\\"))
    return None


def sum_of_whole_numbers(node: exp.Expr) -> exp.Expr | None:
    """`SUM` of whole numbers is a BIGINT."""
    if (
        isinstance(node, exp.Sum)
        and _is(node.this, _INTEGERS)
        and not isinstance(node.parent, (exp.Filter, exp.Window))
    ):
        return _try_cast(node.copy(), "BIGINT")
    return None


def dates_stay_dates(node: exp.Expr) -> exp.Expr | None:
    """`DATE_ADD`, `DATE_SUB` and `ADD_MONTHS` give a date, not a timestamp."""
    if isinstance(node, (exp.TsOrDsAdd, exp.AddMonths)):
        return _try_cast(node, "DATE")
    return None


def whole_number_that_does_not_fit(node: exp.Expr) -> exp.Expr | None:
    """`CAST(9000000000 AS INT)` keeps the lowest bits, as a cast between whole numbers does in Java."""
    if not isinstance(node, exp.Cast) or not _is(node.this, _INTEGERS):
        return None
    bits = {exp.DataType.Type.TINYINT: 8, exp.DataType.Type.SMALLINT: 16, exp.DataType.Type.INT: 32}.get(node.to.this)
    if bits is None or isinstance(node.this, exp.Literal) or (node.this.type and node.this.type.this == node.to.this):
        return None
    size, half = exp.Literal.number(2**bits), exp.Literal.number(2 ** (bits - 1))
    value = exp.paren(_try_cast(node.this, "HUGEINT"), copy=False)
    rest = exp.paren(exp.Mod(this=value, expression=size.copy()), copy=False)
    shifted = exp.paren(exp.Add(this=exp.Add(this=rest, expression=size.copy()), expression=half.copy()), copy=False)
    wrapped = exp.paren(exp.Mod(this=shifted, expression=size), copy=False)
    return exp.TryCast(this=exp.paren(exp.Sub(this=wrapped, expression=half), copy=False), to=node.to)


def decimal_without_scale(node: exp.Expr) -> exp.Expr | None:
    """`CAST(x AS DECIMAL)` is DECIMAL(10, 0)."""
    if isinstance(node, exp.Cast) and node.to.this is exp.DataType.Type.DECIMAL and not node.to.expressions:
        return exp.TryCast(this=node.this, to=exp.DataType.build("DECIMAL(10, 0)", dialect="duckdb"))
    return None


def floor_is_a_whole_number(node: exp.Expr) -> exp.Expr | None:
    """`FLOOR` and `CEIL` of a DOUBLE are a BIGINT; `SIGN` is a DOUBLE."""
    if isinstance(node, (exp.Floor, exp.Ceil)) and _is(node.this, exp.DataType.FLOAT_TYPES):
        return _try_cast(node, "BIGINT")
    return _try_cast(node, "DOUBLE") if isinstance(node, exp.Sign) else None


def substring_of_number(node: exp.Expr) -> exp.Expr | None:
    """`SUBSTRING(2017, 1, 2)` reads the number as text."""
    if isinstance(node, exp.Substring) and _is(node.this, _NUMBERS):
        node.set("this", _try_cast(node.this, "VARCHAR"))
        return node
    return None


def months_between_is_rounded(node: exp.Expr) -> exp.Expr | None:
    """`MONTHS_BETWEEN` is rounded to 8 digits."""
    if isinstance(node, exp.MonthsBetween):
        return exp.Round(this=node.copy(), decimals=exp.Literal.number(8))
    return None


def part_of_a_time(node: exp.Expr) -> exp.Expr | None:
    """`EXTRACT(MONTH FROM time)`: a time has no zone of its own here, since the session is in UTC."""
    zoned = {exp.DataType.Type.TIMESTAMPTZ, exp.DataType.Type.TIMESTAMPLTZ}
    if isinstance(node, exp.Extract) and _is(node.expression, zoned):
        node.set("expression", _try_cast(node.expression, "TIMESTAMP"))
        return node
    return None


def date_plus_days(node: exp.Expr) -> exp.Expr | None:
    """A date plus or minus days, weeks, months or years is a date; so is `TRUNC(date, 'YEAR')`."""
    if isinstance(node, exp.DateTrunc):
        return _try_cast(node, "DATE")
    if isinstance(node, (exp.Add, exp.Sub)) and isinstance(node.expression, exp.Interval):
        unit = str(node.expression.args.get("unit") or "").upper().removesuffix("S")
        if unit in {"DAY", "WEEK", "MONTH", "YEAR"} and _is(node.this, {exp.DataType.Type.DATE}):
            return _try_cast(exp.paren(node.copy(), copy=False), "DATE")
    return None


def unit_in_full(node: exp.Expr) -> exp.Expr | None:
    """`DATE_TRUNC('MM', time)`: the engine knows the unit as MONTH only."""
    if not isinstance(node, (exp.DateTrunc, exp.TimestampTrunc)):
        return None
    unit = node.args.get("unit")
    name = _UNITS_IN_FULL.get(unit.name.upper()) if isinstance(unit, (exp.Literal, exp.Var)) else None
    if name is not None:
        node.set("unit", exp.Literal.string(name) if isinstance(unit, exp.Literal) else exp.var(name))
    return node


def seconds_since_1970(node: exp.Expr) -> exp.Expr | None:
    """`UNIX_TIMESTAMP(time)` takes a time as it takes text."""
    if isinstance(node, exp.StrToUnix) and _is(node.this, _TIMES):
        return _try_cast(exp.Anonymous(this="EPOCH", expressions=[node.this.copy()]), "BIGINT")
    return None


def skewness_of_all_rows(node: exp.Expr) -> exp.Expr | None:
    """`SKEWNESS` is that of the rows themselves; DuckDB estimates that of a population behind them."""
    if not isinstance(node, exp.Skewness) or isinstance(node.parent, (exp.Window, exp.Filter, exp.Mul)):
        return None
    count = exp.Count(this=node.this.copy())
    pairs = exp.Mul(this=count.copy(), expression=exp.paren(count - 1, copy=False))
    factor = exp.Div(this=exp.paren(count - 2, copy=False), expression=exp.Sqrt(this=pairs), typed=False, safe=True)
    return exp.paren(exp.Mul(this=node.copy(), expression=factor), copy=False)


def random_number_with_seed(node: exp.Expr) -> exp.Expr | None:
    """`RAND(5)` is drawn like `RAND()`: which row gets which number is up to Spark's partitions, whatever the seed."""
    if isinstance(node, (exp.Rand, exp.Randn)) and node.this is not None:
        return type(node)()
    return None


def normal_random_number(node: exp.Expr) -> exp.Expr | None:
    """`RANDN()` is standard normal, by Box and Muller's transformation of two random numbers."""
    if not isinstance(node, exp.Randn):
        return None
    positive = exp.paren(exp.Sub(this=exp.Literal.number(1), expression=exp.Rand()), copy=False)
    radius = exp.Sqrt(this=exp.Mul(this=exp.Literal.number(-2), expression=exp.Ln(this=positive)))
    angle = exp.Mul(this=exp.Literal.number(2 * math.pi), expression=exp.Rand())
    return exp.paren(exp.Mul(this=radius, expression=exp.Cos(this=angle)), copy=False)


def random_identifier(node: exp.Expr) -> exp.Expr | None:
    """`UUID()` is text."""
    return _try_cast(node, "VARCHAR") if isinstance(node, exp.Uuid) else None


_OF_BOTH_ENGINES: tuple[Difference, ...] = (
    random_number_with_seed,
    normal_random_number,
    random_identifier,
    part_of_a_time,
    text_compared_with_number,
    text_in_arithmetic,
    count_of_conditions,
    element_of_array,
    default_of_another_type,
    whole_number_that_does_not_fit,
    decimal_without_scale,
    cast_to_whole_number,
    floor_is_a_whole_number,
    substring_of_number,
    months_between_is_rounded,
    unit_in_full,
    date_plus_days,
    seconds_since_1970,
    moments_of_huge_numbers,
    skewness_of_all_rows,
    modulo_by_zero,
    logarithm_of_no_positive_number,
    substring_from_zero,
    day_of_week,
    percentile_interpolates,
    like_escapes,
    sum_of_wide_numbers,
    sum_of_whole_numbers,
    dates_stay_dates,
    padded_to_a_bounded_length,
    repeated_to_a_bounded_length,
    product_of_bounded_lengths,
)


def average_of_whole_numbers(node: exp.Expr) -> exp.Expr | None:
    """On the legacy engine only: `AVG` of whole numbers is a whole number, cut off (seen in an AWS lab)."""
    if (
        isinstance(node, exp.Avg)
        and _is(node.this, _INTEGERS)
        and not isinstance(node.parent, (exp.Filter, exp.Window))
    ):
        return _try_cast(exp.Anonymous(this="TRUNC", expressions=[node.copy()]), "BIGINT")
    return None


DIFFERENCES: tuple[Difference, ...] = (*_OF_BOTH_ENGINES, utc_in_a_zone)
"""Every difference of Spark, in the order in which they are evened out."""

LEGACY_DIFFERENCES: tuple[Difference, ...] = (*_OF_BOTH_ENGINES, average_of_whole_numbers)
"""Those of the CLEAN_ROOMS_SQL engine."""


def _align(node: exp.Expr, name: str, other: exp.Expr) -> None:
    node.set(name, _aligned(node.args[name], other))


def _aligned(value: exp.Expr, other: exp.Expr) -> exp.Expr:
    if _is(value, {exp.DataType.Type.DATE}) and _is(other, _MOMENTS):
        return _try_cast(value, "TIMESTAMP")
    target = _read_as(other) if _is(value, _TEXTS) else None
    return _try_cast(value, target) if target else value


def _read_as(other: exp.Expr) -> str | None:
    """The type as which text beside *other* is read."""
    if _is(other, {exp.DataType.Type.BOOLEAN}):
        return "BOOLEAN"
    if _is(other, _INTEGERS):
        return "BIGINT"
    if _is(other, _NUMBERS):
        return "DOUBLE"
    return other.type.sql("duckdb") if _is(other, _TIMES) and other.type is not None else None


def _is(node: exp.Expr, kinds: object) -> bool:
    # Only a type that is known counts: an unknown one changes nothing.
    return isinstance(kinds, (set, frozenset)) and node.type is not None and node.type.this in kinds


def _try_cast(node: exp.Expr, target: str) -> exp.TryCast:
    kind = exp.DataType.build(target, dialect="duckdb")
    cast = exp.TryCast(this=node.copy(), to=kind)
    cast.type = kind
    return cast
