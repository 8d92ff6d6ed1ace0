"""Every place where a query compares: predicates, joins, grouping, windows, set operators, functions that look inside.

Comparison controls and thresholds restrict what columns may be compared with. The list of what does *not* compare is
closed; whatever is not on it counts as a comparison of everything it is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from sqlglot import exp

from simulator.sql.brackets import around_brackets
from simulator.sql.grouping import is_position, key_nodes
from simulator.sql.resolved import Join, Query, Script, Select
from simulator.sql.tracing import before, parts
from simulator.sql.values import LITERAL, TAKE_FIRST_ARGUMENT, Value, Values, combined


class Kind(StrEnum):
    """How values are compared; the value is how a message calls it."""

    PREDICATE = "a condition"
    NULL_TEST = "IS NULL"
    FUNCTION = "a function that may compare what it is given"
    JOIN = "a join"
    GROUP_BY = "GROUP BY"
    DISTINCT = "DISTINCT"
    WINDOW = "the key of a window"
    UNION = "UNION"
    UNSUPPORTED_SET = "INTERSECT or EXCEPT"


GROUPING = frozenset({Kind.GROUP_BY, Kind.DISTINCT, Kind.WINDOW, Kind.UNION})
"""Kinds in which rows are compared with each other, without a predicate."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One place where values are compared.

    Attributes:
        kind: How.
        node: Where.
        literals: Columns that are compared with a literal, each with how its value got there.
        inline: Columns that are compared with rows of VALUES.
        columns: Columns that are compared with columns (also: with the same column of other rows).
    """

    kind: Kind
    node: exp.Expression
    literals: tuple[Value, ...] = ()
    inline: tuple[Value, ...] = ()
    columns: tuple[Value, ...] = ()


@lru_cache(maxsize=1)  # several checks ask for the same script, one after the other
def comparisons(script: Script) -> tuple[Comparison, ...]:
    """Return every comparison of *script*."""
    values = Values(script)
    found = [*_in_expressions(script, values)]
    for query in script.queries:
        found += _of_set_operators(query, values)
        for select in query.selects:
            found += _of_select(script, select, values)
    return tuple(found)


# Expressions.

_PREDICATES = (exp.Predicate, exp.NullSafeEQ, exp.NullSafeNEQ)
_CONDITION_HOLDERS = (exp.Where, exp.Having, exp.Qualify)
_CONNECTORS = (exp.And, exp.Or, exp.Xor, exp.Not, exp.Paren)
_DO_NOT_COMPARE = (
    *(exp.Column, exp.Case, exp.If, exp.Connector, exp.Not, exp.Window),
    *(exp.Avg, exp.Count, exp.Sum, exp.Min, exp.Max, exp.Median, exp.Skewness, exp.ApproxDistinct, exp.ArrayAgg),
    *(exp.Stddev, exp.StddevPop, exp.StddevSamp, exp.Variance, exp.VariancePop, exp.ArrayUniqueAgg),
    *(exp.Quantile, exp.ApproxQuantile, exp.RowNumber, exp.Rank, exp.DenseRank, exp.Lag, exp.Lead),
    *(exp.Abs, exp.Ceil, exp.Floor, exp.Round, exp.Sqrt, exp.Ln, exp.Exp, exp.Coalesce, exp.Nvl2, exp.Concat),
    *(exp.Lower, exp.Upper, exp.Length, exp.Substring, exp.Left, exp.Right, exp.MD5, exp.SHA, exp.SHA2),
    *(exp.DateTrunc, exp.TimestampTrunc, exp.Extract, exp.Year, exp.Quarter, exp.Month, exp.Day, exp.Hour),
    *(exp.TsOrDsToDate, exp.TsOrDsToTimestamp, exp.StrToDate, exp.StrToTime, exp.TimeToStr, exp.TimeStrToTime),
    *(exp.TsOrDsAdd, exp.TsOrDsDiff, exp.DateAdd, exp.DateSub, exp.DateDiff, exp.TimestampAdd),
    *(exp.CurrentDate, exp.CurrentTimestamp),
)
"""Functions that pass on or compute a value from what they are given, without testing it."""

_TEST_A_CONSTANT = (exp.Sign, exp.IsNan, exp.CountIf, exp.LogicalAnd, exp.LogicalOr, exp.Any)
"""Functions of one argument that compare it with a constant of their own."""


_INERT = frozenset({exp.Alias, exp.Column, exp.Identifier, exp.Literal, exp.Star, exp.Table, exp.TableAlias})
"""Most of every tree; none of these tests anything. Asked by type first, which saves most of the time."""


def _in_expressions(script: Script, values: Values) -> Iterator[Comparison]:
    for statement in script.statements:
        for node in parts(statement):
            if type(node) in _INERT or tests_rows(node):
                continue  # EXISTS compares nothing itself; ANY and ALL are an operand of what does
            if isinstance(node, _PREDICATES) and not isinstance(node, exp.SubqueryPredicate):
                yield from _of_predicate(node, values)
            elif isinstance(node, exp.Case) and node.this is not None:
                tests = combined(values.of(branch.this) for branch in node.args["ifs"])
                yield _compared(Kind.PREDICATE, node, [values.of(node.this), tests])
            elif _may_compare(node) or _looks_up(node, values):
                yield from _of_function(node, values)
            elif isinstance(node, (exp.Div, exp.IntDiv, exp.Mod)):
                yield from _of_division(node, values)
            yield from _of_truth(node, values)


def _of_predicate(node: exp.Expression, values: Values) -> Iterator[Comparison]:
    if isinstance(node, exp.Is) and isinstance(node.expression, exp.Null):
        yield Comparison(Kind.NULL_TEST, node, literals=(values.of(node.this),))
        return
    left = values.of(node.this)
    others = (values.of(child) for child in node.iter_expressions() if child is not node.this)
    yield _compared(Kind.PREDICATE, node, [left, combined(others)])


def tests_rows(node: exp.Expression) -> bool:
    """Tell whether *node* is EXISTS, ANY or ALL before rows or a list of values, and no function of such a name.

    The parser has one class for `EXISTS (SELECT ...)` and the function `exists(array, x -> ...)`, and one for
    `x = ANY (...)` and the aggregate function `any(flag)`.
    """
    if isinstance(node, exp.Exists):
        return node.args.get("expression") is None and isinstance(node.this, (exp.Query, exp.Values))
    return isinstance(node, (exp.Any, exp.All)) and isinstance(node.parent, exp.Binary)


def _may_compare(node: exp.Expression) -> bool:
    if isinstance(node, exp.Cast):
        return node.to.is_type("boolean")  # 5 is true and 0 is not
    return isinstance(node, (exp.Func, exp.Any, exp.Bracket, exp.Operator)) and not isinstance(node, _DO_NOT_COMPARE)


def _looks_up(node: exp.Expression, values: Values) -> bool:
    """SUBSTRING('0001000', clicks, 1) tells whether clicks is 4: the position is looked up in a literal."""
    further = (child for child in node.iter_expressions() if child is not node.this)
    return isinstance(node, TAKE_FIRST_ARGUMENT) and any(values.of(child).origins for child in further)


def _of_function(node: exp.Expression, values: Values) -> Iterator[Comparison]:
    operands = [values.of(child) for child in node.iter_expressions() if not isinstance(child, (exp.Var, exp.DataType))]
    if isinstance(node, (*_TEST_A_CONSTANT, exp.Cast)):
        operands.append(LITERAL)
    if len(operands) > 1:
        yield _compared(Kind.FUNCTION, node, operands)


def _of_division(node: exp.Expression, values: Values) -> Iterator[Comparison]:
    """1 / (clicks - 5) has no value exactly where clicks is 5."""
    divisor = values.of(node.expression)
    if divisor.literal and not divisor.summed:
        yield _compared(Kind.FUNCTION, node, [divisor, LITERAL])


def _of_truth(node: exp.Expression, values: Values) -> Iterator[Comparison]:
    """A value that is used as a condition is compared with TRUE."""
    for condition in _conditions(node):
        if not isinstance(condition, (*_PREDICATES, *_CONNECTORS, exp.Boolean, exp.Null)):
            yield _compared(Kind.PREDICATE, condition, [values.of(condition), LITERAL])


def _conditions(node: exp.Expression) -> Iterator[exp.Expression]:
    if isinstance(node, _CONDITION_HOLDERS):
        yield node.this
    elif isinstance(node, exp.Join) and node.args.get("on") is not None:
        yield node.args["on"]
    elif isinstance(node, exp.If) and not (isinstance(node.parent, exp.Case) and node.parent.this is not None):
        yield node.this
    elif isinstance(node, (exp.Connector, exp.Not)) or (isinstance(node, exp.Paren) and _is_condition(node)):
        yield from node.iter_expressions()


def _is_condition(node: exp.Expression) -> bool:
    return isinstance(around_brackets(node), (*_CONDITION_HOLDERS, *_CONNECTORS, exp.Join))


# Clauses.


def _of_select(script: Script, select: Select, values: Values) -> Iterator[Comparison]:
    for join in select.joins:
        yield from _of_merged_columns(select, join, values)
    for key, item in key_nodes(script, select):
        # A name can be an alias and a column; `of` counts both readings.
        yield _grouped(Kind.GROUP_BY, key, values.of_item(item) if item and is_position(key) else values.of(key))
    if select.node.args.get("distinct") is not None:
        for item in select.projections:
            yield _grouped(Kind.DISTINCT, item.node, values.of_item(item))
    for window in _windows(select):
        for expression in window_keys(window):
            yield _grouped(Kind.WINDOW, expression, values.of(expression))
        named = script.windows_by_node.get(id(window))
        if named:
            yield _grouped(Kind.WINDOW, window, Value(named))


def window_keys(window: exp.Expression) -> Iterator[exp.Expression]:
    """Yield the PARTITION BY and ORDER BY expressions of a window or of WITHIN GROUP."""
    yield from window.args.get("partition_by") or ()
    order = window.args.get("order") or window.args.get("expression")
    if isinstance(order, exp.Order):
        yield from (ordered.this for ordered in order.expressions)


def _windows(select: Select) -> Iterator[exp.Expression]:
    own = parts(select.node, exp.Window, exp.WithinGroup)
    yield from (window for window in own if window.parent_select is select.node)


def _of_merged_columns(select: Select, join: Join, values: Values) -> Iterator[Comparison]:
    for name in join.using:
        left = [values.of_column(source, name) for source in before(select, join) if name in source.columns]
        if name in join.source.columns:
            yield _compared(Kind.JOIN, join.node, [combined(left), values.of_column(join.source, name)])


def _of_set_operators(query: Query, values: Values) -> Iterator[Comparison]:
    for operator in query.operators:
        kind = Kind.UNION if isinstance(operator, exp.Union) else Kind.UNSUPPORTED_SET
        if kind is Kind.UNION and not operator.args.get("distinct"):
            continue
        for column in zip(*(select.projections for select in query.selects), strict=False):
            yield _grouped(kind, operator, combined(values.of_item(item) for item in column))


# Who is compared with what.


def _compared(kind: Kind, node: exp.Expression, operands: Iterable[Value]) -> Comparison:
    values = list(operands)
    literals: list[Value] = []
    inline: list[Value] = []
    columns: list[Value] = []
    for position, value in enumerate(values):
        if not value.origins:
            continue
        others = combined(other for index, other in enumerate(values) if index != position)
        if others.literal:
            literals.append(value)
        if others.inline:
            inline.append(value)
        if others.origins:
            columns.append(value)
    return Comparison(kind, node, tuple(literals), tuple(inline), tuple(columns))


def _grouped(kind: Kind, node: exp.Expression, key: Value) -> Comparison:
    shown = (key,) if key.origins else ()
    return Comparison(
        kind, node, literals=shown if key.literal else (), inline=shown if key.inline else (), columns=shown
    )
