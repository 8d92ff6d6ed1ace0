"""The rooms that a plan is about, and what each planned query reads and pays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from declarations.bigquery.room import BigQueryRoom
from declarations.clean_room import CleanRoom
from simulator.checks.private_charges import Charge
from simulator.checks.private_relations import private_tables
from simulator.execution.accepting import accepted
from simulator.execution.loading.data import DataSource
from simulator.execution.output_names import name_outputs
from simulator.execution.private.privacy_settings import PrivacySettings
from simulator.execution.private.run import PrivateRun
from simulator.execution.views.noisy_query import NoisyQuery
from simulator.execution.working_copy import WorkingCopy, working_copy
from simulator.privacy.budget import Aggregation
from simulator.request import AnalysisRequest, Table

Declared = TypeVar("Declared", CleanRoom, BigQueryRoom)


@dataclass(frozen=True, slots=True)
class _Planned(Generic[Declared]):
    """What a plan needs of a room of either cloud.

    Attributes:
        room: The declaration.
        requests: Every planned query of this room by name, put to it.
        data: Sample rows, for pilot runs; None without.
    """

    room: Declared
    requests: Mapping[str, AnalysisRequest]
    data: DataSource | None = None


@dataclass(frozen=True, slots=True)
class PlannedRoom(_Planned[CleanRoom]):
    """One room of AWS of a plan."""

    @property
    def name(self) -> str:
        """The collaboration's name."""
        return self.room.collaboration.name


@dataclass(frozen=True, slots=True)
class PlannedViews(_Planned[BigQueryRoom]):
    """One room of BigQuery of a plan."""

    @property
    def name(self) -> str:
        """The room's name."""
        return self.room.name


Rooms = Mapping[str | None, PlannedRoom | PlannedViews]
"""The plan's rooms by their names in it; None is the room that the plan is made for."""


@dataclass(frozen=True, slots=True)
class Price:
    """What one answered query draws on.

    Attributes:
        tables: Tables it reads, each one use of its access budget.
        protected: Of these, the tables under differential privacy; every owner's budget pays the whole price.
        functions: Its aggregate functions; empty without differential privacy.
        units: Budget units that AWS's published prices give.
        extra_units: Units that our run releases beyond these: noisy user counts for the threshold on groups.
        group_delta: Probability that the threshold that protects its group keys fails; 0 without one.
        shows_nothing: True where each group holds one user, so that the threshold on groups hides them all.
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


def price_of(request: AnalysisRequest, settings: Sequence[PrivacySettings]) -> Price:
    """Return what a query draws on.

    Args:
        request: The query.
        settings: The budget templates of the owners of protected tables; none when it reads none.

    Raises:
        NotAllowedError: The query is not allowed.
        NotEnforceableError: The query may be allowed, but its privacy cannot be shown.
        NotTranslatableError: The engine has no equal for something in the query.
    """
    script = accepted(request).script
    tables, protected = tuple(script.tables().values()), private_tables(script)
    if not protected:
        return Price(tables)
    run, _ = private_run(request, settings)
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
        NotEnforceableError: Its privacy cannot be shown.
        NotTranslatableError: The engine has no equal for something in it.
    """
    copy = working_copy(accepted(request).script, request)
    name_outputs(copy)
    return PrivateRun(copy, *settings), copy
