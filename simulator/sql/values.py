"""What the value of an expression is made of: columns, literals, inline data; and whether unchanged or computed.

The question behind it is an attacker's: can the writer of the query choose what this expression is worth? Then to
compare a column with it is to compare the column with a literal, however it is dressed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sqlglot import exp

from simulator.sql.resolved import ColumnUse, Origins, Projection, Query, Script, Source
from simulator.sql.tracing import NO_ORIGINS, definitions


@dataclass(frozen=True, slots=True)
class Value:
    """What an expression's value is made of.

    Attributes:
        origins: Base columns that the value shows, unchanged or computed.
        literal: A literal, a parameter or a constant can be (part of) the value.
        inline: Rows of VALUES can be (part of) the value.
        computed: Between a column and the value stands more than renaming.
        summed: Every column was first aggregated to a count, a sum or the like, which shows no single value.
    """

    origins: Origins = NO_ORIGINS
    literal: bool = False
    inline: bool = False
    computed: bool = False
    summed: bool = False


NOTHING = Value()
LITERAL = Value(literal=True)

_SUMS = (
    *(exp.Count, exp.ApproxDistinct, exp.Sum, exp.Avg, exp.Stddev, exp.StddevPop, exp.StddevSamp, exp.Variance),
    *(exp.VariancePop, exp.Skewness),
)
_CONSTANTS = (
    *(exp.Literal, exp.Boolean, exp.Placeholder, exp.Parameter),
    *(exp.HexString, exp.BitString, exp.National, exp.RawString),
)
_TRANSPARENT = (exp.Paren, exp.Alias, exp.Subquery, exp.Tuple)
TAKE_FIRST_ARGUMENT = (
    exp.Cast,
    exp.DateTrunc,
    exp.TimestampTrunc,
    exp.Left,
    exp.Right,
    exp.Round,
    exp.Substring,
    exp.SHA2,
    exp.Quantile,
    exp.ApproxQuantile,
    exp.TsOrDsToDate,
    exp.StrToDate,
    exp.StrToTime,
    exp.TimeToStr,
)
"""Functions whose further arguments (length, unit, format) put no value of the writer's choice into the result."""


def combined(values: Iterable[Value], *, computed: bool = False) -> Value:
    """Return what a value made of any of *values* is made of.

    Args:
        values: The parts.
        computed: Whether the combination itself changes values.
    """
    parts = list(values)
    shown = [part for part in parts if part.origins]
    return Value(
        origins=NO_ORIGINS.union(*(part.origins for part in parts)),
        literal=any(part.literal for part in parts),
        inline=any(part.inline for part in parts),
        computed=computed or any(part.computed for part in shown),
        summed=bool(shown) and all(part.summed for part in shown),
    )


class Values:
    """The values of one script's expressions, each worked out once.

    Args:
        script: The resolved SQL.
    """

    def __init__(self, script: Script) -> None:
        self._script = script
        self._known: dict[object, Value] = {}

    def of(self, node: exp.Expression) -> Value:
        """Return what *node* is made of."""
        if id(node) not in self._known:
            self._known[id(node)] = LITERAL  # a cycle cannot happen; if it did, the strict answer
            self._known[id(node)] = self._compute(node)
        return self._known[id(node)]

    def of_column(self, source: Source, name: str) -> Value:
        """Return what column *name* of *source* is made of."""
        key = (id(source), name)
        if key not in self._known:
            self._known[key] = LITERAL
            self._known[key] = self._compute_column(source, name)
        return self._known[key]

    def of_item(self, item: Projection) -> Value:
        """Return what a select item is made of; an item of `*` is the column it stands for."""
        return self._of_use(item.use) if item.use is not None else self.of(item.node)

    def of_query(self, query: Query) -> Value:
        """Return what the result of a subquery is made of; its bare existence or count is the writer's choice."""
        value = combined(self.of_item(item) for select in query.selects for item in select.projections)
        return value if value.origins or value.inline else LITERAL

    def _compute(self, node: exp.Expression) -> Value:
        if isinstance(node, exp.Column):
            return self._of_use(self._script.use(node))
        if isinstance(node, _CONSTANTS):
            return LITERAL
        if isinstance(node, exp.Null):
            return NOTHING
        if isinstance(node, exp.Query) and not isinstance(node, exp.Subquery):
            return self._of_nested(node)
        return self._of_sum(node) if isinstance(node, _SUMS) else self._of_expression(node)

    def _of_sum(self, node: exp.Expression) -> Value:
        inside = self._of_parts(_operands(node), computed=True)
        # AVG(10001) is 10001: only counting hides what is counted.
        literal = inside.literal and not isinstance(node, (exp.Count, exp.ApproxDistinct))
        return Value(inside.origins, literal=literal, computed=True, summed=bool(inside.origins))

    def _of_expression(self, node: exp.Expression) -> Value:
        if isinstance(node, (exp.Case, exp.If)):
            return self._of_parts(_branches(node), computed=True)
        if isinstance(node, exp.Window):
            return self._of_parts([node.this], computed=True)
        if isinstance(node, TAKE_FIRST_ARGUMENT):
            further = (self.of(part) for part in _operands(node) if part is not node.this)
            return combined((self.of(node.this), *(replace(value, literal=False) for value in further)), computed=True)
        if _is_constant_call(node):
            return LITERAL
        return self._of_parts(_operands(node), computed=not isinstance(node, _TRANSPARENT))

    def _of_parts(self, parts: Iterable[exp.Expression], *, computed: bool) -> Value:
        return combined((self.of(part) for part in parts), computed=computed)

    def _of_nested(self, node: exp.Expression) -> Value:
        for query in self._script.queries:
            if query.node is node:
                return self.of_query(query)
        return Value(self._script.origins(node), literal=True, computed=True)

    def _of_use(self, use: ColumnUse | None) -> Value:
        if use is None:
            return LITERAL  # a variable of a lambda, or a name that is reported as unknown
        if use.projection is not None:
            return combined((self.of_item(use.projection), Value(use.origins - use.projection.origins)))
        if use.source is None:
            return Value(use.origins, computed=True)
        # A column merged by USING shows the columns of both sides.
        merged = use.origins - use.source.columns.get(use.name, NO_ORIGINS)
        value = combined((self.of_column(use.source, use.name), Value(merged)))
        # Equal origins, but these know the path by which they came.
        return replace(
            value, origins=frozenset(found for found in use.origins if found in value.origins) | value.origins
        )

    def _compute_column(self, source: Source, name: str) -> Value:
        origins = source.columns.get(name, NO_ORIGINS)
        if source.table is not None:
            return Value(origins)
        items = definitions(source, name)
        if items:
            value = combined(self.of_item(item) for item in items)
            return value if value.origins or value.inline or value.summed or _counts(items) else LITERAL
        if isinstance(source.node, exp.Values) or source.node.find(exp.Values) is not None:
            return Value(origins, inline=True, literal=bool(origins), computed=bool(origins))
        return Value(origins, literal=True, computed=True)


def _counts(items: Iterable[Projection]) -> bool:
    # COUNT(*) or ROW_NUMBER() of a CTE shows no column's value and yet is no constant.
    return all(item.node.find(exp.AggFunc, exp.Window) is not None for item in items)


def _is_constant_call(node: exp.Expression) -> bool:
    """Tell of a call without arguments, such as CURRENT_USER(): no column changes its value."""
    is_call = isinstance(node, exp.Func) and not isinstance(node, exp.AggFunc)
    return is_call and not isinstance(node.parent, exp.Window) and next(_operands(node), None) is None


def _operands(node: exp.Expression) -> Iterator[exp.Expression]:
    for child in node.iter_expressions():
        if not isinstance(child, (exp.Identifier, exp.DataType, exp.Var, exp.TableAlias, exp.Star)):
            yield child


def _branches(node: exp.Expression) -> Iterator[exp.Expression]:
    if isinstance(node, exp.If):
        choices = [node.args.get("true"), node.args.get("false")]
    else:
        choices = [*(branch.args.get("true") for branch in node.args["ifs"]), node.args.get("default")]
    yield from (choice for choice in choices if choice is not None)
