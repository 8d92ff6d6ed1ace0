"""What kind of thing an expression is, in the words in which the analysis rules list what they take."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from sqlglot import exp

from declarations.analysis_rules import ScalarFunction
from simulator.sql.resolved import Script
from simulator.sql.spelling import function_names

AGGREGATES = ("SUM", "COUNT", "AVG")
"""The aggregate functions of the aggregation rule; SUM and COUNT also with DISTINCT."""

SCALARS = frozenset(ScalarFunction)


class Construct(StrEnum):
    """A kind of expression; its value is how a message calls it."""

    COLUMN = "a column"
    STAR = "*"
    STRING = "a string"
    NUMBER = "a number"
    AGGREGATE = "an aggregate function"
    SCALAR = "a scalar function"
    FUNCTION = "another function"
    ARITHMETIC = "arithmetic"
    CONCATENATION = "||"
    COMPARISON = "a comparison"
    LOGIC = "AND or OR"
    NOT = "NOT"
    IN = "IN"
    LIKE = "LIKE"
    NULL_TEST = "IS NULL"
    BETWEEN = "BETWEEN"
    SUBQUERY = "a subquery"
    PARAMETER = "a parameter"
    OTHER = "anything else"


CONDITIONS = frozenset(
    {
        Construct.COMPARISON,
        Construct.LOGIC,
        Construct.NOT,
        Construct.IN,
        Construct.LIKE,
        Construct.NULL_TEST,
        Construct.BETWEEN,
    }
)
"""What is true or false."""

_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.Neg)
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)
_BY_TYPE: dict[type[exp.Expression], Construct] = {
    exp.Column: Construct.COLUMN,
    exp.Star: Construct.STAR,
    exp.DPipe: Construct.CONCATENATION,
    exp.And: Construct.LOGIC,
    exp.Or: Construct.LOGIC,
    exp.Not: Construct.NOT,
    exp.Between: Construct.BETWEEN,
    exp.Placeholder: Construct.PARAMETER,
    exp.Parameter: Construct.PARAMETER,
    exp.Subquery: Construct.SUBQUERY,
    exp.Select: Construct.SUBQUERY,
    exp.Union: Construct.SUBQUERY,
    exp.Exists: Construct.SUBQUERY,
    **dict.fromkeys(_ARITHMETIC, Construct.ARITHMETIC),
    **dict.fromkeys(_COMPARISONS, Construct.COMPARISON),
}


def bare(node: exp.Expression) -> exp.Expression:
    """Return *node* without the brackets and the alias around it."""
    while isinstance(node, (exp.Paren, exp.Alias)):
        node = node.this
    return node


def meant(script: Script, node: exp.Expression) -> exp.Expression:
    """Return what *node* (as given by `bare`) stands for: the select item that an alias names, else itself."""
    use = script.use(node) if isinstance(node, exp.Column) else None
    return bare(use.projection.node) if use is not None and use.projection is not None else node


def construct_of(script: Script, node: exp.Expression) -> Construct:
    """Return what *node* (as given by `bare`) is; whatever is not known is OTHER."""
    return _literal(node) or _function(script, node) or _condition(node) or _BY_TYPE.get(type(node), Construct.OTHER)


def _literal(node: exp.Expression) -> Construct | None:
    if isinstance(node, exp.Literal):
        return Construct.STRING if node.is_string else Construct.NUMBER
    if isinstance(node, exp.Neg) and isinstance(inner := bare(node.this), exp.Literal):
        return Construct.OTHER if inner.is_string else Construct.NUMBER
    if isinstance(node, exp.Column) and isinstance(node.this, exp.Star):
        return Construct.STAR
    return None


def _condition(node: exp.Expression) -> Construct | None:
    if isinstance(node, exp.In):
        if node.expressions and all(not value or name in ("this", "expressions") for name, value in node.args.items()):
            return Construct.IN
        return Construct.SUBQUERY if node.args.get("query") else Construct.OTHER
    if isinstance(node, exp.Like):
        return Construct.OTHER if isinstance(node.expression, (exp.Any, exp.All)) else Construct.LIKE
    if isinstance(node, exp.Is):
        return Construct.NULL_TEST if isinstance(node.expression, exp.Null) else Construct.OTHER
    return None


def _function(script: Script, node: exp.Expression) -> Construct | None:
    names = function_names(script, node)
    if not names:
        return None
    if isinstance(node, exp.AggFunc) and names[0] in AGGREGATES:
        return Construct.AGGREGATE
    if isinstance(node, exp.TryCast) and node.args.get("safe"):
        return Construct.FUNCTION
    return Construct.SCALAR if SCALARS.issuperset(names) else Construct.FUNCTION


def operands(node: exp.Expression) -> Iterator[exp.Expression]:
    """Yield the expressions that *node* is made of, without brackets and without words such as types and units."""
    for child in node.iter_expressions():
        if not isinstance(child, (exp.Identifier, exp.DataType, exp.Var)):
            yield bare(child)


def walk(script: Script, node: exp.Expression) -> Iterator[tuple[exp.Expression, Construct]]:
    """Yield *node* and everything inside it with its construct, outermost first; subqueries are not entered."""
    pending = [bare(node)]
    while pending:
        part = pending.pop()
        construct = construct_of(script, part)
        yield part, construct
        if construct not in (Construct.SUBQUERY, Construct.COLUMN):
            pending.extend(reversed(list(operands(part))))
