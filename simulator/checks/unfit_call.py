"""A call that is none: an aggregate where only a function of one row may stand."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import name_of_call, own_parts
from simulator.pages import GOOGLE_SQL
from simulator.verdict import Basis, Finding

_PAGE = f"{GOOGLE_SQL}/functions-reference#function_call_rules"


def unfit_call(context: QueryContext) -> Iterator[Finding]:
    """An aggregate function behind `SAFE.`.

    Why: BigQuery refuses the call: SAFE. turns the error of a function of one row into NULL.
    Avoid: `SELECT WITH AGGREGATION_THRESHOLD SAFE.SUM(test_score) AS s FROM mydataset.ExamView`
    Prefer: `SELECT WITH AGGREGATION_THRESHOLD SUM(test_score) AS s FROM mydataset.ExamView`
    Source: https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/functions-reference
    """
    for select in context.script.selects:
        for node in own_parts(select, exp.AggFunc):
            if isinstance(node.parent, exp.SafeFunc):
                name = name_of_call(node)
                message = f"SAFE. cannot precede {name}; it goes before functions of one row, not before aggregates"
                yield from context.deny(unfit_call, message, _PAGE, at=node, basis=Basis.DOCUMENTED)
