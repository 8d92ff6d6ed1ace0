"""Small rooms of BigQuery with rows in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from declarations.bigquery.room import BigQueryRoom
from simulator.execution.charging import Booking
from simulator.execution.engines.limits import EngineLimits
from simulator.execution.loading.data import MemoryData
from simulator.execution.options import RunOptions
from simulator.execution.views.results import ViewRunResult
from simulator.execution.views.running import run_on_views
from simulator.privacy.ledger import Ledger
from simulator.privacy.rng import seeded
from simulator.settings import Settings
from simulator.views import bigquery_room

VISITS = {
    "name": "shop.Visits",
    "columns": {"visitor": "STRING", "city": "STRING", "spend": "INT64", "rate": "FLOAT64"},
}
CITIES = {"name": "shop.Cities", "columns": {"city": "STRING", "region": "STRING"}}
THRESHOLD = {"aggregation_threshold_policy": {"threshold": 2, "privacy_unit_column": "visitor"}}
PRIVATE = {
    "differential_privacy_policy": {
        "privacy_unit_column": "visitor",
        "max_epsilon_per_query": 1e14,
        "epsilon_budget": 1e15,
        "delta_per_query": 0.4,
        "delta_budget": 100,
        "max_groups_contributed": 3,
    }
}
Rows = Sequence[tuple[str | None, str | None, int | None, float | None]]
ROWS: Rows = (
    ("a", "Lyon", 10, 1.5),
    ("a", "Lyon", 30, 2.5),
    ("a", "Nice", 5, 0.5),
    ("b", "Lyon", 20, 4.0),
    ("b", "Nice", None, None),
    ("c", "Metz", 7, 7.0),
    (None, "Metz", 100, 8.0),
)
REGIONS = [{"city": "Lyon", "region": "ARA"}, {"city": "Nice", "region": "PACA"}]
Answer = Callable[..., ViewRunResult]


def view(
    name: str, query: str = "SELECT * FROM shop.Visits", policy: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return a view as a room file has it."""
    return {"name": name, "query": query, **({"privacy_policy": policy} if policy else {})}


def room_of(*views: Mapping[str, Any]) -> BigQueryRoom:
    """Return a room with the tables above."""
    return BigQueryRoom.model_validate(
        {"name": "shop", "project": "clean-room", "tables": [VISITS, CITIES], "views": list(views)}
    )


@pytest.fixture
def answer() -> Answer:
    """Run a query on a view `shop.T` under a threshold and `shop.P` under differential privacy, and *views*."""

    def run(
        sql: str,
        *views: Mapping[str, Any],
        rows: Rows = ROWS,
        ledger: Ledger | None = None,
        charge_failed: bool = True,
        seed: int = 1,
        settings: Settings | None = None,
        exact: bool = False,
        bias: bool = False,
        limits: EngineLimits = EngineLimits(),
    ) -> ViewRunResult:
        room = room_of(view("shop.T", policy=THRESHOLD), view("shop.P", policy=PRIVATE), *views)
        visits = [dict(zip(("visitor", "city", "spend", "rate"), row, strict=True)) for row in rows]
        data = MemoryData({"shop.visits": visits, "shop.cities": REGIONS})
        request = bigquery_room.request(room, sql, settings=settings)
        source = seeded(seed)
        booking = None if ledger is None else Booking(ledger, charge_failed=charge_failed)
        options = RunOptions(exact=exact, bias=bias, limits=limits)
        return run_on_views(room, request, data, booking=booking, source=source, options=options)

    return run
