"""A function that an aggregation rule cannot allow."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.naming import did_you_mean
from simulator.checks.context import API_REFERENCE, QueryContext
from simulator.checks.listed import found, scalar_functions
from simulator.sql.constructs import AGGREGATES, Construct
from simulator.sql.spark_functions import SPARK_FUNCTIONS
from simulator.sql.spelling import function_names
from simulator.verdict import Finding


def unlisted_function(context: QueryContext) -> Iterator[Finding]:
    """A function that no aggregation rule can allow.

    A rule can allow the aggregate functions COUNT, COUNT DISTINCT, SUM, SUM DISTINCT and AVG, and 24 scalar functions.

    Why: A rule names its functions from these two lists of the API, and can name no others.
    Avoid: `SELECT STDDEV(v.watch_secs) AS d FROM views v JOIN orders o ON v.cust_key = o.cust_key`
    Prefer: `SELECT AVG(v.watch_secs) AS a FROM views v JOIN orders o ON v.cust_key = o.cust_key`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/apireference/API_AnalysisRuleAggregation.html
    """
    listed = dict.fromkeys(name for table in context.script.tables().values() for name in scalar_functions(table))
    allowed = ", ".join((*AGGREGATES, *listed))
    for _, _, node in found(context, Construct.FUNCTION):
        name = " or ".join(function_names(context.script, node)).upper()
        meant = "" if name in SPARK_FUNCTIONS else did_you_mean(name, (*AGGREGATES, *listed))
        message = f"function {name} is not one that an aggregation rule can allow (allowed here: {allowed}){meant}"
        source = f"{API_REFERENCE}/API_AnalysisRuleAggregation.html"
        yield from context.deny(unlisted_function, message, source, at=node)
