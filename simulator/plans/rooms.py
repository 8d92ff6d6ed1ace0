"""The rooms of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from declarations.bigquery.room import BigQueryRoom
from declarations.clean_room import CleanRoom
from simulator.execution.loading.data import DataSource
from simulator.request import AnalysisRequest

Declared = TypeVar("Declared", CleanRoom, BigQueryRoom)


@dataclass(frozen=True, slots=True)
class _Planned(Generic[Declared]):
    """A room of a plan, of AWS or BigQuery.

    Attributes:
        room: The declaration.
        requests: The request for every planned query of this room, by name.
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
