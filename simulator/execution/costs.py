"""What a query would draw from the budget, known before any row is read."""

from __future__ import annotations

from simulator.checks.context import QueryContext
from simulator.checks.private_relations import private_tables
from simulator.execution.accepting import require_allowed
from simulator.execution.output_names import name_outputs
from simulator.execution.private.query import private_query
from simulator.execution.working_copy import working_copy
from simulator.privacy.budget import Aggregation
from simulator.request import AnalysisRequest


def aggregate_functions(request: AnalysisRequest) -> tuple[Aggregation, ...]:
    """Return the aggregate functions of a query that draw on a privacy budget, in the order of the query.

    Empty when the query reads no table under differential privacy.

    Raises:
        NotAllowedError: The query is not allowed.
        NotEnforceableError: Privacy cannot be guaranteed for a query of this shape.
    """
    return functions_of_allowed(require_allowed(request))


def functions_of_allowed(context: QueryContext) -> tuple[Aggregation, ...]:
    """Return the same of a query that is bound already, and allowed.

    Raises:
        NotEnforceableError: As for `aggregate_functions`.
    """
    if not private_tables(context.script):
        return ()
    copy = working_copy(context.script, context.request)
    name_outputs(copy)
    return tuple(aggregate.function for aggregate in private_query(copy).aggregates)
