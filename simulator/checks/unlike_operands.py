"""Operands of types that GoogleSQL does not mix: a number beside text, text in arithmetic."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from declarations.bigquery.column_types import base_type
from simulator.checks.context import QueryContext
from simulator.pages import GOOGLE_SQL
from simulator.sql.constructs import bare
from simulator.verdict import Basis, Finding

_PAGE = f"{GOOGLE_SQL}/conversion_rules"
_FAMILIES = {
    **dict.fromkeys(("INT64", "FLOAT64", "NUMERIC", "BIGNUMERIC"), "number"),
    "STRING": "text",
    "BOOL": "condition",
}
"""Types of which no value becomes one of another family by itself; BigQuery reads literals of text as dates only."""

_OF_ONE_TYPE = (
    *(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Between, exp.In),
    *(exp.Coalesce, exp.Greatest, exp.Least),
)
_OF_NUMBERS = (
    *(exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Neg, exp.Mod, exp.IntDiv, exp.Pow),
    *(exp.Abs, exp.Sign, exp.Sqrt, exp.Ln, exp.Exp, exp.Round, exp.Floor, exp.Ceil),
)
_PARTS = ("this", "expression", "low", "high", "expressions")


def unlike_operands(context: QueryContext) -> Iterator[Finding]:
    """Values of several kinds in one comparison, COALESCE, GREATEST or LEAST; text or a condition in arithmetic.

    The kinds are numbers, text and conditions; a value of unknown type is not reported.

    Why: BigQuery refuses the query: it turns neither text into numbers nor numbers into text.
    Avoid: `SELECT WITH AGGREGATION_THRESHOLD COUNTIF(test_score > test_id) AS n FROM mydataset.ExamView`
    Prefer: `SELECT WITH AGGREGATION_THRESHOLD COUNTIF(test_score > 500) AS n FROM mydataset.ExamView`
    Source: https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/conversion_rules
    """
    for select in context.script.selects:
        for node in select.node.find_all(*_OF_ONE_TYPE, *_OF_NUMBERS):
            if isinstance(node, exp.Expression) and node.parent_select is select.node:
                yield from _judged(context, node)


def _judged(context: QueryContext, node: exp.Expression) -> Iterator[Finding]:
    types = dict.fromkeys(found for operand in _operands(node) if (found := _type(context, operand)))
    families = {_FAMILIES[base_type(each) or each] for each in types}
    takes_numbers = isinstance(node, _OF_NUMBERS)
    if families <= {"number"} or (not takes_numbers and len(families) == 1):
        return
    what = "takes numbers" if takes_numbers else "takes values of one type"
    message = f"{node.key.upper()} {what}; found {', '.join(types)}"
    yield from context.deny(unlike_operands, message, _PAGE, at=node, basis=Basis.DERIVED)


def _operands(node: exp.Expression) -> Iterator[exp.Expression]:
    for name in _PARTS:
        value = node.args.get(name)
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, exp.Expression):
                yield bare(part)


def _type(context: QueryContext, operand: exp.Expression) -> str | None:
    found = context.types().of(operand)
    return found if found and base_type(found) in _FAMILIES else None
