"""A text that is no date beside a date, or no number beside a number."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import SQL_REFERENCE, QueryContext
from simulator.pages import GOOGLE_SQL
from simulator.sql.constant_texts import EXAMPLES, is_one, kind_of_type
from simulator.sql.constructs import bare
from simulator.sql.dialects import BIGQUERY
from simulator.sql.parameter_types import TEXT_PARAMETERS
from simulator.sql.tracing import parts
from simulator.verdict import Basis, Finding

_PAGE = f"{SQL_REFERENCE}/s_Type_conversion.html"
_BIGQUERY_PAGE = f"{GOOGLE_SQL}/conversion_rules#literal_coercion"
_COMPARISONS = (
    *(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ),
    *(exp.Between, exp.In, exp.Case),
)
_PARTS = ("this", "expression", "low", "high", "expressions")


def unreadable_constant(context: QueryContext) -> Iterator[Finding]:
    """A constant text that is no value of the type that it is compared with, or cast to.

    Days, moments, numbers and conditions are looked at, as far as the type of a column is known. TRY_CAST and SAFE_CAST
    ask for NULL, and are not reported. Open in AWS: whether the text becomes NULL, so that no row fits, or the query
    fails.

    Why: BigQuery refuses the query. AWS Clean Rooms converts a text only if it is an appropriate value; a query that
        runs nevertheless finds nothing, and is charged.
    Avoid: `SELECT COUNT(DISTINCT member) AS n FROM visits WHERE visited_on >= '01.02.2026'`
    Prefer: `SELECT COUNT(DISTINCT member) AS n FROM visits WHERE visited_on >= '2026-02-01'`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/sql-reference/s_Type_conversion.html
    """
    for select in context.script.selects:
        for node in parts(select.node, *_COMPARISONS, exp.Cast):
            if node.parent_select is select.node:
                for constant, column_type in _read(context, node):
                    yield from _judged(context, constant, column_type)


def _read(context: QueryContext, node: exp.Expression) -> Iterator[tuple[exp.Expression, str]]:
    """Yield each constant and parameter in *node* with every type that it is read as."""
    if isinstance(node, exp.Cast):
        target = node.args["to"]
        if isinstance(target, exp.DataType) and not (node.args.get("safe") or node.args.get("format")):
            yield bare(node.this), target.sql(context.script.dialect)
        return
    operands = list(_operands(node))
    types = dict.fromkeys(found for operand in operands if (found := _type(context, operand)))
    yield from ((operand, column_type) for operand in operands for column_type in types)


def _operands(node: exp.Expression) -> Iterator[exp.Expression]:
    """Yield what is compared; of `CASE x WHEN 1`, x and 1."""
    values = [node.args.get(name) for name in _PARTS]
    if isinstance(node, exp.Case):
        values = [node.this, *(branch.this for branch in node.args["ifs"])] if node.this is not None else []
    for value in values:
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, exp.Expression):
                yield bare(part)


def _type(context: QueryContext, operand: exp.Expression) -> str:
    if context.script.dialect == BIGQUERY:
        return context.types().of(operand)
    use = context.script.use(operand) if isinstance(operand, exp.Column) else None
    return context.types().of_use(use) if use is not None else ""


def _text(context: QueryContext, node: exp.Expression) -> str | None:
    """Return the text of a constant, or of a parameter whose text is known; None for all else."""
    if isinstance(node, exp.Literal) and node.is_string:
        return node.name
    if isinstance(node, exp.Placeholder):
        parameter = context.request.parameters.get(node.name)
        return parameter.value if parameter is not None and parameter.type in TEXT_PARAMETERS else None
    return None


def _judged(context: QueryContext, constant: exp.Expression, column_type: str) -> Iterator[Finding]:
    text, kind = _text(context, constant), kind_of_type(column_type, context.script.dialect)
    if text is None or kind is None or is_one(text, kind, context.script.dialect):
        return
    found, allowed = f"'{text}' is not {kind}, but is read as {column_type}", f"write it like {EXAMPLES[kind]}"
    place = context.script.span(constant) or context.script.span(constant.parent or constant)  # of a parameter: none
    if context.script.dialect == BIGQUERY:
        yield from context.deny(
            unreadable_constant,
            f"{found}; {allowed}",
            _BIGQUERY_PAGE,
            at=place,
            basis=Basis.DERIVED,
            service_message=f'Could not cast literal "{text}" to type {column_type}',
        )
    else:
        message = f"{found}: it becomes NULL, which equals nothing, or the query fails; {allowed}"
        yield from context.open(unreadable_constant, "unreadable_constant", message, _PAGE, at=place)
