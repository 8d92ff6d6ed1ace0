"""A call that is none: a wrong number of arguments, or an aggregate where only a function of one row may stand."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import name_of_call, own_parts
from simulator.pages import GOOGLE_SQL
from simulator.verdict import Basis, Finding

_PAGE = f"{GOOGLE_SQL}/aggregate_functions"
_CALLS_PAGE = f"{GOOGLE_SQL}/functions-reference#function_call_rules"
_OF_ONE = (
    *("ANY_VALUE", "ARRAY_AGG", "ARRAY_CONCAT_AGG", "AVG", "BIT_AND", "BIT_OR", "BIT_XOR", "COUNT", "COUNTIF"),
    *("LOGICAL_AND", "LOGICAL_OR", "MAX", "MIN", "SUM", "APPROX_COUNT_DISTINCT"),
    *("STDDEV", "STDDEV_POP", "STDDEV_SAMP", "VARIANCE", "VAR_POP", "VAR_SAMP"),
)
_OF_TWO = (
    *("CORR", "COVAR_POP", "COVAR_SAMP", "PERCENTILE_CONT", "PERCENTILE_DISC"),
    *("APPROX_QUANTILES", "APPROX_TOP_COUNT"),
)
_ARGUMENTS = {**dict.fromkeys(_OF_ONE, 1), **dict.fromkeys(_OF_TWO, 2), "APPROX_TOP_SUM": 3}
"""How many arguments an aggregate takes, by its name; contribution bounds are none."""


def unfit_call(context: QueryContext) -> Iterator[Finding]:
    """An aggregate function with too many or too few arguments, or one behind `SAFE.`.

    Why: BigQuery refuses the call. The parser would drop what is too much, and the query that was judged would not be
        the one that runs.
    Avoid: `SELECT WITH AGGREGATION_THRESHOLD COUNT(test_id, test_score) AS n FROM mydataset.ExamView`
    Prefer: `SELECT WITH AGGREGATION_THRESHOLD COUNT(test_id) AS n FROM mydataset.ExamView`
    Source: https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/aggregate_functions
    """
    for select in context.script.selects:
        for node in own_parts(select, exp.AggFunc):
            name = name_of_call(node)
            takes, found = _ARGUMENTS.get(name), _number_of_arguments(node)
            if takes is not None and found != takes:
                message = f"{name} takes {takes} argument{'' if takes == 1 else 's'}; found {found}"
                yield from context.deny(unfit_call, message, _PAGE, at=node, basis=Basis.DERIVED)
            if isinstance(node.parent, exp.SafeFunc):
                message = f"SAFE. cannot precede {name}; it goes before functions of one row, not before aggregates"
                yield from context.deny(unfit_call, message, _CALLS_PAGE, at=node, basis=Basis.DOCUMENTED)


def _number_of_arguments(node: exp.Expression) -> int:
    values = [value.expressions if isinstance(value, exp.Distinct) else value for value in node.args.values()]
    flat = [each for value in values for each in (value if isinstance(value, list) else [value])]
    return sum(isinstance(each, exp.Expr) for each in flat)
