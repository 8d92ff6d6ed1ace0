"""Money: CRPU-hours at list prices.

Source: API WorkerComputeConfiguration for workers; the price list of AWS Clean Rooms, us-east-1, read in October 2026.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from declarations.plan import Compute
from simulator.plans.rooms import PlannedRoom, Rooms

CRPU: Mapping[str, int] = MappingProxyType({"CR.1X": 2, "CR.4X": 8, "CR.8X": 16})
"""CRPU of one worker of each type."""

LEAST_SECONDS = 60
"""A query is billed for at least this many seconds."""

MICRO = 1_000_000
"""Micro-dollars in a dollar; money is added up in whole micro-dollars."""

PRICED_REGION = "us-east-1"
"""The region of the default prices; those of other regions are not known here."""


def crpu_seconds(compute: Compute, seconds: float) -> float:
    """Return for how many CRPU-seconds a query of that run time is billed."""
    return CRPU[compute.worker_type] * compute.workers * max(LEAST_SECONDS, seconds)


def unpriced_regions(compute: Compute, rooms: Rooms) -> tuple[str, ...]:
    """Return the regions of *rooms* whose prices are neither known here nor stated in the plan, in order.

    Args:
        compute: Workers and prices.
        rooms: The plan's rooms.
    """
    if "prices" in compute.model_fields_set:
        return ()
    regions = {room.room.region for room in rooms.values() if isinstance(room, PlannedRoom)}
    return tuple(sorted(regions - {PRICED_REGION}))


def query_cost(compute: Compute, seconds: float, *, private: bool) -> float:
    """Return what one answered query costs, in USD.

    Args:
        compute: Workers and prices.
        seconds: Run time.
        private: Whether it reads a table under differential privacy.
    """
    prices = compute.prices
    hourly = prices.spark_sql + (prices.differential_privacy if private else 0)
    return crpu_seconds(compute, seconds) / 3600 * hourly
