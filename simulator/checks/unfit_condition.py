"""A condition that is not one: text or a number where BigQuery takes BOOL."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from declarations.bigquery.column_types import base_type
from simulator.checks.context import QueryContext
from simulator.pages import GOOGLE_SQL
from simulator.sql.constructs import bare
from simulator.sql.resolved import Select
from simulator.verdict import Basis, Finding

_PAGE = f"{GOOGLE_SQL}/operators#logical_operators"


def unfit_condition(context: QueryContext) -> Iterator[Finding]:
    """A condition that is no BOOL, in WHERE, HAVING, QUALIFY, ON, IF, WHEN, AND, OR or NOT.

    As far as types are known; a value of unknown type is not reported.

    Why: BigQuery refuses the query: it does not turn numbers or strings into conditions.
    Avoid: `SELECT WITH AGGREGATION_THRESHOLD COUNT(*) AS n FROM mydataset.ExamView WHERE test_score`
    Prefer: `SELECT WITH AGGREGATION_THRESHOLD COUNT(*) AS n FROM mydataset.ExamView WHERE test_score > 0`
    Source: https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/operators#logical_operators
    """
    for select in context.script.selects:
        for what, root in _conditions(select):
            condition = bare(root)
            found = context.types().of(condition)
            if found and base_type(found) != "BOOL":
                yield from context.deny(
                    unfit_condition, f"{what} takes a BOOL; found {found}", _PAGE, at=condition, basis=Basis.DERIVED
                )


def _conditions(select: Select) -> Iterator[tuple[str, exp.Expression]]:
    for name in ("where", "having", "qualify"):
        clause = select.node.args.get(name)
        if clause is not None:
            yield name.upper(), clause.this
    yield from (("ON", join.condition) for join in select.joins if join.condition is not None)
    for node in select.node.find_all(exp.Connector, exp.Not, exp.If):
        if isinstance(node, exp.Expression) and node.parent_select is select.node:
            yield from ((_word(node), operand) for operand in _operands(node))


def _operands(node: exp.Expression) -> tuple[exp.Expression, ...]:
    if isinstance(node, exp.Connector):
        return node.this, node.expression
    is_compared = (
        isinstance(node, exp.If) and isinstance(node.parent, exp.Case) and node.parent.this is not None
    )  # CASE x WHEN 1
    return () if is_compared else (node.this,)


def _word(node: exp.Expression) -> str:
    return "WHEN" if isinstance(node.parent, exp.Case) and isinstance(node, exp.If) else node.key.upper()
