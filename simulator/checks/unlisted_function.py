"""A function that an aggregation rule cannot allow."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import API_REFERENCE, QueryContext
from simulator.checks.listed import found, scalar_functions
from simulator.sql.constructs import AGGREGATES, Construct
from simulator.sql.spelling import function_names
from simulator.verdict import Finding


def unlisted_function(context: QueryContext) -> Iterator[Finding]:
    """A function that is none of the five aggregate and 24 scalar functions an aggregation rule can name.

    Avoid: SELECT STDDEV(v.secs) AS d FROM views v   Prefer: SELECT AVG(v.secs) AS a FROM views v
    Source: https://docs.aws.amazon.com/clean-rooms/latest/apireference/API_AnalysisRuleAggregation.html
    """
    listed = dict.fromkeys(name for table in context.script.tables().values() for name in scalar_functions(table))
    allowed = ", ".join((*AGGREGATES, *listed))
    for _, _, node in found(context, Construct.FUNCTION):
        name = " or ".join(function_names(context.script, node)).upper()
        message = f"function {name} is not one that an aggregation rule can allow (allowed here: {allowed})"
        source = f"{API_REFERENCE}/API_AnalysisRuleAggregation.html"
        yield from context.deny(unlisted_function, message, source, at=node)
