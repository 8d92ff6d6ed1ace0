"""What one query of a plan draws on, in a room of either cloud."""

from __future__ import annotations

from declarations.bigquery.room import BigQueryRoom
from simulator.checks.private_charges import charges
from simulator.execution.accepting import accepted
from simulator.execution.errors import ExecutionError
from simulator.execution.views.prepared_views import prepared
from simulator.execution.views.running import enforced_queries
from simulator.plans.rooms import PlannedRoom, PlannedViews, Price, price_of
from simulator.request import AnalysisRequest
from simulator.room_budgets import payers


class PlannedQueryError(Exception):
    """A planned query has no price: it is not allowed, or cannot be run here.

    Attributes:
        room: The plan's name of its room; None for the one that the plan lies in.
        query: Its name.
        reason: Why.
    """

    def __init__(self, room: str | None, query: str, reason: ExecutionError) -> None:
        self.room = room
        self.query = query
        self.reason = reason
        super().__init__(f"query {query!r} of room {room!r}: {reason}" if room else f"query {query!r}: {reason}")


def price_in(room: PlannedRoom | PlannedViews, query: str) -> Price:
    """Return what a query draws on.

    Args:
        room: The room.
        query: Name of one of its planned queries.

    Raises:
        NotAllowedError: The query is not allowed.
        NotEnforceableError: The query may be allowed, but its rules cannot be enforced here.
        NotTranslatableError: The engine has no equal for something in the query.
    """
    request = room.requests[query]
    if isinstance(room, PlannedViews):
        return _price_on_views(room.room, request)
    return price_of(request, payers(room.room, request))


def _price_on_views(room: BigQueryRoom, request: AnalysisRequest) -> Price:
    context = accepted(request)
    ready = enforced_queries(prepared(room, context))
    return Price(
        tables=tuple(context.script.tables().values()),
        charges=charges(context),
        noisy=tuple(noisy for _, query in ready for noisy in query.noisy),
    )
