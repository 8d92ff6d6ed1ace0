"""A value of a type that Spark SQL does not take where it stands: a text as condition, an array beside a text."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import SQL_REFERENCE, QueryContext
from simulator.sql.constructs import CONDITIONS, bare, construct_of
from simulator.sql.dialects import SPARK
from simulator.sql.resolved import ColumnUse, Select
from simulator.sql.tracing import definitions, fields_of
from simulator.sql.type_families import is_text_type, spark_name
from simulator.verdict import Basis, Finding

_PAGE = f"{SQL_REFERENCE}/sql-conditions-topic-spark.html"
_NUMBERS = frozenset({"tinyint", "smallint", "int", "bigint", "float", "double", "decimal"})
_TIMES = frozenset({"date", "timestamp"})
_COLLECTIONS = frozenset({"an array", "a map", "a struct"})
_NO_CONDITIONS = _COLLECTIONS | {"a number", "a time"}
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ)
_OF_BITS = (exp.BitwiseAnd, exp.BitwiseOr, exp.BitwiseXor, exp.BitwiseNot)
_OF_NUMBERS = (exp.Sum, exp.Avg, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.Neg, *_OF_BITS)


def unfit_operand(context: QueryContext) -> Iterator[Finding]:
    """A value where Spark SQL takes a condition, an array, map or struct where it takes a plain value, bits of a text.

    As far as types are known: of columns, literals and conditions. A text may be turned into a condition inside AND,
    OR and NOT, so it is reported only where it is the whole condition.

    Why: The engine refuses the query.
    Avoid: `SELECT camp FROM imps WHERE spend`
    Prefer: `SELECT camp FROM imps WHERE spend > 0`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/sql-reference/sql-conditions-topic-spark.html
    """
    if context.script.dialect != SPARK:
        return
    for select in context.script.selects:
        for node, message in (*_conditions(context, select), *_operands(context, select)):
            yield from context.deny(unfit_operand, message, _PAGE, at=node, basis=Basis.DERIVED)


def _conditions(context: QueryContext, select: Select) -> Iterator[tuple[exp.Expression, str]]:
    clauses = [
        (name.upper(), select.node.args[name].this) for name in ("where", "having") if select.node.args.get(name)
    ]
    for word, node in (*clauses, *(("ON", join.condition) for join in select.joins if join.condition is not None)):
        if (found := _kind(context, node)) not in ("", "a condition"):
            yield node, f"{word} takes a condition; found {found}"
    for node in select.node.find_all(exp.And, exp.Or, exp.Not, exp.If):
        if node.parent_select is not select.node or _is_compared(node):
            continue
        for operand in (node.this, node.expression) if isinstance(node, exp.Connector) else (node.this,):
            if (found := _kind(context, operand)) in _NO_CONDITIONS:
                yield operand, f"{node.key.upper()} takes a condition; found {found}"


def _is_compared(node: exp.Expr) -> bool:
    """Tell of the WHEN of `CASE x WHEN 1`."""
    return isinstance(node, exp.If) and isinstance(node.parent, exp.Case) and node.parent.this is not None


def _operands(context: QueryContext, select: Select) -> Iterator[tuple[exp.Expression, str]]:
    for node in select.node.find_all(*_COMPARISONS, exp.In, *_OF_NUMBERS):
        if not isinstance(node, exp.Expression) or node.parent_select is not select.node:
            continue
        parts = [node.this, *node.expressions, *([node.expression] if isinstance(node, exp.Binary) else [])]
        found = list(dict.fromkeys(filter(None, (_kind(context, part) for part in parts))))
        takes_numbers = isinstance(node, _OF_NUMBERS)
        refused = _COLLECTIONS | {"a text"} if isinstance(node, _OF_BITS) else _COLLECTIONS
        if refused.intersection(found) and (takes_numbers or len(found) > 1):
            what = "takes numbers" if takes_numbers else "compares values of one kind"
            yield node, f"{node.key.upper()} {what}; found {' and '.join(found)}"


def _kind(context: QueryContext, node: exp.Expression) -> str:
    """Return what kind of value *node* is; "" where that is not known."""
    node = bare(node)
    if isinstance(node, exp.Column):
        use = context.script.use(node)
        return _of_use(context, use) if use is not None else ""
    if isinstance(node, exp.Literal):
        return "a text" if node.is_string else "a number"
    is_condition = isinstance(node, exp.Boolean) or construct_of(context.script, node) in CONDITIONS
    return "a condition" if is_condition else ""


def _of_use(context: QueryContext, use: ColumnUse) -> str:
    if fields_of(use) or use.source is None:
        return ""
    if use.source.table is not None:
        return _of_type(use.source.table.columns.get(use.name, ""))
    kinds = {
        _of_use(context, item.use) if item.use is not None else _kind(context, item.node)
        for item in definitions(use.source, use.name)
    }
    return kinds.pop() if len(kinds) == 1 else ""


def _of_type(declared: str) -> str:
    name = spark_name(declared).partition("<")[0]
    if name in ("array", "map", "struct"):
        return f"{'an' if name == 'array' else 'a'} {name}"
    if is_text_type(declared):
        return "a text"
    families = (("a number", _NUMBERS), ("a time", _TIMES), ("a condition", {"boolean", "bool"}))
    return next((family for family, names in families if name in names), "")
