"""What a view under differential privacy holds of one unit is a function of that unit's rows, not of their order."""

from __future__ import annotations

from typing import Any

import pytest

from declarations.bigquery.room import BigQueryRoom
from simulator.execution.loading.data import MemoryData
from simulator.execution.options import RunOptions
from simulator.execution.views.results import ViewRunResult
from simulator.execution.views.running import run_on_views
from simulator.privacy.rng import seeded
from simulator.views import bigquery_room
from tests.simulator.execution.views.conftest import PRIVATE, view

USERS = 300
ROWS = [
    {"visitor": f"u{user}", "n": n, "x": x, "s": s}
    for n, x, s in ((3, -1e16, "a"), (1, 1e16, "a"), (2, 1.0, "a"))
    for user in range(USERS)
]
ORDERS = {"name": "shop.Orders", "columns": {"visitor": "STRING", "n": "INT64", "x": "FLOAT64", "s": "STRING"}}
PLACES = {"name": "shop.Places", "columns": {"visitor": "STRING"}}
JOIN = "FROM shop.Orders AS o JOIN shop.Places AS p ON o.visitor = p.visitor"
PEOPLE = view("shop.People", "SELECT * FROM shop.Orders", PRIVATE)
FOLDED = [
    *("SUM(o.x)", "AVG(o.x)", "STDDEV(o.x)", "ANY_VALUE(o.n)", "ARRAY_AGG(o.n)[OFFSET(0)]", "STRING_AGG(o.s || o.n)"),
    "MAX_BY(o.n, o.s)",
]
IN_WINDOW = [
    "ROW_NUMBER() OVER (PARTITION BY o.visitor ORDER BY o.s)",
    "FIRST_VALUE(o.n) OVER (PARTITION BY o.visitor ORDER BY o.s)",
    "LAG(o.n) OVER (PARTITION BY o.visitor ORDER BY o.s)",
    "SUM(o.x) OVER (PARTITION BY o.visitor)",
]
LOOKS = ("'11 %'", "'13 %'", "'%1%'", "'1%'", "'%2'", "'%e%'", "'0%'")


def _run(sql: str, places: int, *views: dict[str, Any]) -> ViewRunResult:
    """The join makes the engine come across a visitor's rows in another order when there are more places."""
    room = BigQueryRoom.model_validate(
        {"name": "shop", "project": "clean-room", "tables": [ORDERS, PLACES], "views": [PEOPLE, *views]}
    )
    visitors = [{"visitor": f"u{number}"} for number in range(places)]
    data = MemoryData({"shop.orders": ROWS, "shop.places": visitors})
    request = bigquery_room.request(room, sql)
    return run_on_views(room, request, data, booking=None, source=seeded(1), options=RunOptions(exact=True))


def _looks(call: str, places: int, query: str) -> object:
    """Count the rows whose value, as text, has each of a few looks."""
    items = [f"COUNT(CASE WHEN CAST(v AS STRING) LIKE {look} THEN 1 END)" for look in LOOKS]
    held = view("shop.Held", query.format(call), PRIVATE)
    found = _run(f"SELECT WITH DIFFERENTIAL_PRIVACY {', '.join(items)} FROM shop.Held", places, held).exact
    assert found is not None
    return found.rows


@pytest.mark.parametrize(
    ("calls", "query"),
    [
        (FOLDED, f"SELECT o.visitor, {{}} AS v {JOIN} GROUP BY o.visitor"),
        (IN_WINDOW, f"SELECT o.visitor, o.n || {{}} AS v {JOIN}"),
    ],
)
def test_a_view_does_not_feel_the_order(calls: list[str], query: str) -> None:
    joined = " || ' ' || ".join(f"IFNULL(CAST({call} AS STRING), '')" for call in calls)
    assert _looks(joined, 2 * USERS, query) == _looks(joined, 20 * USERS, query)


def test_the_sum_of_one_unit_does_not_feel_the_order() -> None:
    rows = "shop.People AS o JOIN shop.Places AS p ON o.visitor = p.visitor"
    sql = f"SELECT WITH DIFFERENTIAL_PRIVACY SUM(o.x, contribution_bounds_per_group => (0, 1)) FROM {rows}"
    few, many = (_run(sql, places * USERS).answer.rows[0][0] for places in (2, 20))
    assert few == pytest.approx(many, abs=1e-6)
