"""The tables and prices of planned queries, in rooms of AWS and BigQuery."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from declarations.bigquery.room import BigQueryRoom
from simulator.checks.private_charges import Charge, charges
from simulator.checks.private_relations import private_tables
from simulator.execution.accepting import require_allowed
from simulator.execution.errors import ExecutionError
from simulator.execution.output_names import name_outputs
from simulator.execution.private.privacy_settings import PrivacySettings
from simulator.execution.private.run import PrivateRun
from simulator.execution.views.noisy_query import NoisyQuery
from simulator.execution.views.prepared_views import prepared
from simulator.execution.views.running import enforced_queries
from simulator.execution.working_copy import WorkingCopy, working_copy
from simulator.plans.modes import Mode
from simulator.plans.rooms import PlannedRoom, PlannedViews
from simulator.privacy.budget import Aggregation
from simulator.request import AnalysisRequest, Table
from simulator.room_budgets import payers
from simulator.sql.resolved import Script


class PlannedQueryError(Exception):
    """A planned query has no price: it is not allowed, or cannot be run here.

    Attributes:
        room: The plan's name of its room; None for the room that the plan is made for.
        query: Its name.
        reason: The error.
    """

    def __init__(self, room: str | None, query: str, reason: ExecutionError) -> None:
        self.room = room
        self.query = query
        self.reason = reason
        super().__init__(f"query {query!r} of room {room!r}: {reason}" if room else f"query {query!r}: {reason}")


@dataclass(frozen=True, slots=True)
class Price:
    """The price of one answered query.

    Attributes:
        tables: The tables that it reads; each costs one use of its access budget.
        protected: The tables among them under differential privacy; every owner's budget pays the whole price.
        functions: Its aggregate functions; empty without differential privacy.
        units: Budget units by AWS's published prices.
        extra_units: Units that this simulator releases beyond these: noisy user counts for the threshold on groups.
        group_delta: Probability that the threshold on groups fails to protect a group key; 0 without one.
        shows_nothing: True if each group holds one user, so that the threshold on groups hides them all.
        charges: What it costs each view of BigQuery under differential privacy.
        noisy: Its SELECTs WITH DIFFERENTIAL_PRIVACY, in a room of BigQuery.
    """

    tables: tuple[Table, ...]
    protected: tuple[Table, ...] = ()
    functions: tuple[Aggregation, ...] = ()
    units: int = 0
    extra_units: int = 0
    group_delta: float = 0.0
    shows_nothing: bool = False
    charges: tuple[Charge, ...] = ()
    noisy: tuple[NoisyQuery, ...] = ()

    @property
    def owners(self) -> frozenset[str]:
        """Account ids of the members whose differential privacy budgets pay."""
        return frozenset(table.owner for table in self.protected)

    def units_in(self, mode: Mode) -> int:
        """Return the budget units that it costs in that mode."""
        return self.units + self.extra_units * mode.charges_thresholds


@dataclass(frozen=True, slots=True)
class PricedRun:
    """A planned run with its price.

    Attributes:
        room: The plan's name of its room; None is the room that the plan is made for.
        query: Name of the query.
        price: What it draws on.
    """

    room: str | None
    query: str
    price: Price = field(default_factory=lambda: Price(()))


def price_in(room: PlannedRoom | PlannedViews, query: str) -> Price:
    """Return what a query of a room of either cloud draws on.

    Args:
        room: The room.
        query: Name of one of its planned queries.

    Raises:
        NotAllowedError: The query is not allowed.
        NotEnforceableError: The query may be allowed, but its rules cannot be enforced here.
        NotTranslatableError: Something in the query has no equivalent in the engine.
    """
    request = room.requests[query]
    if isinstance(room, PlannedViews):
        return _price_on_views(room.room, request)
    return price_on_tables(request, payers(room.room, request))


def _price_on_views(room: BigQueryRoom, request: AnalysisRequest) -> Price:
    context = require_allowed(request)
    ready = enforced_queries(prepared(room, context))
    return Price(
        tables=tuple(context.script.tables().values()),
        charges=charges(context),
        noisy=tuple(noisy for _, query in ready for noisy in query.noisy),
    )


def price_on_tables(request: AnalysisRequest, settings: Sequence[PrivacySettings]) -> Price:
    """Return what a query in a room of AWS draws on.

    Args:
        request: The query.
        settings: The budget templates of the owners of protected tables; none when it reads none.

    Raises:
        NotAllowedError: The query is not allowed.
        NotEnforceableError: The query may be allowed, but its privacy cannot be guaranteed.
        NotTranslatableError: Something in the query has no equivalent in the engine.
    """
    script = require_allowed(request).script
    tables, protected = tuple(script.tables().values()), private_tables(script)
    if not protected:
        return Price(tables)
    run, _ = _prepared(script, request, settings)
    functions = tuple(aggregate.function for aggregate in run.query.aggregates)
    hides_groups = bool(run.query.groups) and run.settings.protect_groups
    return Price(
        tables=tables,
        protected=protected,
        functions=functions,
        units=run.settings.model.cost(functions),
        extra_units=int(run.counts_users_apart),
        group_delta=run.settings.group_delta if hides_groups else 0.0,
        shows_nothing=hides_groups and run.query.groups_by_user,
    )


def private_run(request: AnalysisRequest, settings: Sequence[PrivacySettings]) -> tuple[PrivateRun, WorkingCopy]:
    """Prepare a query under differential privacy, without any rows.

    Args:
        request: The query.
        settings: The budget templates of the owners of the protected tables that it reads.

    Raises:
        NotAllowedError: The query is not allowed.
        NotEnforceableError: Its privacy cannot be guaranteed.
        NotTranslatableError: Something in it has no equivalent in the engine.
    """
    return _prepared(require_allowed(request).script, request, settings)


def _prepared(
    script: Script, request: AnalysisRequest, settings: Sequence[PrivacySettings]
) -> tuple[PrivateRun, WorkingCopy]:
    copy = working_copy(script, request)
    name_outputs(copy)
    return PrivateRun(copy, *settings), copy
