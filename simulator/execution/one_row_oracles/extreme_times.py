"""Dates outside of the years 1 to 9999, which Spark and BigQuery do not have, are NULL where the engine fails on them.

For the week of a date, DuckDB computes that of the least and the greatest date of the whole column before it starts,
where no TRY helps. Such a date, which a cast or a sum can make, would end every query that asks for a week.
"""

from __future__ import annotations

from sqlglot import exp

_WEEKLY = (exp.Week, exp.WeekOfYear, exp.YearOfWeek, exp.YearOfWeekIso)
_WEEKLY_BY_NAME = frozenset({"WEEK", "WEEKOFYEAR", "YEARWEEK", "ISOYEAR"})
_BY_PART = frozenset({"DATE_PART"})
_BY_UNIT = (exp.DateTrunc, exp.TimestampTrunc)
_HARMLESS_UNITS = frozenset({"YEAR", "QUARTER", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND", "MILLISECOND"})
_MICROSECONDS = "6"
"""What a number counts, for MAKE_TIMESTAMP with one argument, as a power of ten."""
_FIRST, _LAST = "0001-01-01", "9999-12-31 23:59:59.999999"
_FIRST_MICROSECOND, _LAST_MICROSECOND = "-62135596800000000", "253402300799999999"


def keep_from_extreme_times(tree: exp.Expr) -> exp.Expr:
    """Write the limits around such dates, and times in microseconds; the DuckDB tree is changed and returned."""
    for node in reversed(list(tree.walk(bfs=False))):
        date = _date_of_a_part(node)
        if date is not None:
            date.replace(_within_the_years(date))
        elif isinstance(node, exp.UnixToTime) and node.text("scale") == _MICROSECONDS:
            node.set("this", _within_the_microseconds(node.this))
    return tree


def _date_of_a_part(node: exp.Expr) -> exp.Expr | None:
    """Return the date of which *node* takes its week, or another part that is not harmless; None when it takes none."""
    if isinstance(node, _WEEKLY):
        part, date = None, node.this
    elif isinstance(node, _BY_UNIT):
        part, date = node.args.get("unit"), node.this
    elif isinstance(node, exp.Extract):
        part, date = node.this, node.expression
    elif _is_call(node, _WEEKLY_BY_NAME) and len(node.expressions) == 1:
        part, date = None, node.expressions[0]
    elif _is_call(node, _BY_PART) and len(node.expressions) > 1:
        part, date = node.expressions[:2]
    else:
        return None
    return None if _is_harmless(part) else date


def _is_call(node: exp.Expr, names: frozenset[str]) -> bool:
    return isinstance(node, exp.Anonymous) and node.name.upper() in names


def _is_harmless(unit: exp.Expr | None) -> bool:
    return unit is not None and unit.name.upper() in _HARMLESS_UNITS


def _within_the_years(value: exp.Expr) -> exp.Expr:
    time = exp.TryCast(this=value.copy(), to=exp.DataType.build("TIMESTAMP", dialect="duckdb"))
    return _between(value, time, exp.Literal.string(_FIRST), exp.Literal.string(_LAST), "TIMESTAMP")


def _within_the_microseconds(value: exp.Expr) -> exp.Expr:
    number = exp.TryCast(this=value.copy(), to=exp.DataType.build("HUGEINT", dialect="duckdb"))
    first, last = exp.Literal.number(_FIRST_MICROSECOND), exp.Literal.number(_LAST_MICROSECOND)
    return _between(value, number, first, last, "HUGEINT")


def _between(value: exp.Expr, compared: exp.Expr, first: exp.Expr, last: exp.Expr, kind: str) -> exp.Expr:
    low, high = (exp.TryCast(this=bound, to=exp.DataType.build(kind, dialect="duckdb")) for bound in (first, last))
    inside = exp.Between(this=compared, low=low, high=high)
    return exp.Case(ifs=[exp.If(this=inside, true=value.copy())])
