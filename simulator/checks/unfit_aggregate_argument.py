"""An aggregate of values of a type that it does not take."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from declarations.bigquery.column_types import NUMBERS, base_type
from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import name_of_call, own_parts
from simulator.pages import GOOGLE_SQL
from simulator.verdict import Basis, Finding

_PAGE = f"{GOOGLE_SQL}/aggregate_functions"
_OF_NUMBERS = (
    *("PERCENTILE_CONT", "CORR", "COVAR_POP", "COVAR_SAMP"),
    *("STDDEV", "STDDEV_POP", "STDDEV_SAMP", "VARIANCE", "VAR_POP", "VAR_SAMP"),
)
_OF_TWO = frozenset({"CORR", "COVAR_POP", "COVAR_SAMP"})
_TAKES = {
    **dict.fromkeys(("SUM", "AVG"), (*NUMBERS, "INTERVAL")),
    **dict.fromkeys(_OF_NUMBERS, NUMBERS),
    **dict.fromkeys(("COUNTIF", "LOGICAL_AND", "LOGICAL_OR"), ("BOOL",)),
}
"""The types that a function takes, by its name."""


def unfit_aggregate_argument(context: QueryContext) -> Iterator[Finding]:
    """A sum or mean of something that is no number, or a count of something that is no condition.

    As far as types are known; a value of unknown type is not reported.

    Why: The engine refuses the query: the function has no signature for that type.
    Avoid: `SELECT WITH AGGREGATION_THRESHOLD COUNTIF(test_score) AS n FROM mydataset.ExamView` (test_score is an INT64)
    Prefer: `SELECT WITH AGGREGATION_THRESHOLD COUNTIF(test_score > 500) AS n FROM mydataset.ExamView`
    Source: https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/aggregate_functions
    """
    for select in context.script.selects:
        for node in own_parts(select, exp.AggFunc):
            name = name_of_call(node)
            for argument in _arguments(node, name) if name in _TAKES else ():
                found = context.types().of(argument)
                if found and base_type(found) not in _TAKES[name]:
                    message = f"{name} takes {' or '.join(_TAKES[name])}; found {found}"
                    yield from context.deny(unfit_aggregate_argument, message, _PAGE, at=node, basis=Basis.DERIVED)


def _arguments(node: exp.Expression, name: str) -> Iterator[exp.Expression]:
    values = [node.this, node.args.get("expression")] if name in _OF_TWO else [node.this]
    for value in values:
        distinct = value.expressions if isinstance(value, exp.Distinct) else [value]
        yield from (each for each in distinct if isinstance(each, exp.Expression))
