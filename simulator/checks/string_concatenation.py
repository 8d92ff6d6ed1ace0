"""Strings put together in a filter."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import QueryContext
from simulator.checks.listed import found, rule_page
from simulator.sql.constructs import Construct, bare
from simulator.sql.dialects import SPARK
from simulator.sql.resolved import Clause
from simulator.sql.spelling import shown
from simulator.sql.type_families import is_text_type
from simulator.verdict import Finding


def string_concatenation(context: QueryContext) -> Iterator[Finding]:
    """`||` in the filter of a list query, or `+` between strings on Spark.

    Why: The guide does not list `||`, and shows `+` for joining strings; on Spark, the only engine left, `+` adds
        numbers.
    Avoid: `SELECT DISTINCT c.member_no FROM crm c JOIN seg s ON c.person_key = s.person_key
        WHERE c.state || c.city = 'NYTroy'`
    Prefer: `SELECT DISTINCT c.member_no FROM crm c JOIN seg s ON c.person_key = s.person_key
        WHERE c.state = 'NY' AND c.city = 'Troy'`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-list.html
    """
    source, where = rule_page(context), (Clause.WHERE,)
    for _, _, node in found(context, Construct.CONCATENATION, clauses=where):
        message = "|| is not shown among the operators of a filter"
        yield from context.open(string_concatenation, "concatenation_operator", message, source, at=node)
    if context.script.dialect != SPARK:
        return
    for _, _, node in found(context, Construct.ARITHMETIC, clauses=where):
        if isinstance(node, exp.Add) and any(_is_string(context, side) for side in (node.this, node.expression)):
            message = f"{shown(context.script, node)}: on Spark + adds numbers and does not concatenate strings"
            setting = "string_concatenation_with_plus"
            yield from context.open(string_concatenation, setting, message, source, at=node)


def _is_string(context: QueryContext, node: exp.Expression) -> bool:
    node = bare(node)
    if isinstance(node, exp.Literal):
        return node.is_string
    use = context.script.use(node) if isinstance(node, exp.Column) else None
    types = (origin.table.columns.get(origin.column, "") for origin in (use.origins if use else ()))
    return any(map(is_text_type, types))
