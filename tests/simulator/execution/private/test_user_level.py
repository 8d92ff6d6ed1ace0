"""Of every user, the rows of a nested query are a function of that user's rows alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.execution.errors import NotAllowedError, NotEnforceableError
from simulator.execution.loading.data import MemoryData
from simulator.execution.options import RunOptions
from simulator.execution.private.privacy_settings import PrivacySettings
from simulator.execution.running import run
from simulator.privacy.rng import secure
from simulator.settings import Reading, Settings
from tests.simulator.execution.private_orders import PROVIDER, private_request

ON = "ON a.uid = b.uid AND b.n < 0"
ZERO = "(a.f - 1) * p.k"
INTERVAL = "CASE WHEN p.k = 1 THEN INTERVAL '30' DAY ELSE INTERVAL '1' MONTH END"
PLACES = "orders a JOIN places p ON a.n = ABS(p.k)"
BY_OTHER_USERS = {
    f"{join}_{shown}_{key}": f"SELECT {shown}.uid, MAX(a.n) OVER (PARTITION BY {key}.uid) AS v "
    f"FROM orders a {join} JOIN orders b {ON}"
    for join in ("LEFT", "RIGHT", "FULL")
    for shown, key in (("a", "b"), ("b", "a"))
}
AT_USER_LEVEL = {
    "inner": "SELECT a.uid, MAX(a.n) OVER (PARTITION BY b.uid) AS v FROM orders a JOIN orders b ON a.uid = b.uid",
    "same": f"SELECT b.uid, MAX(a.n) OVER (PARTITION BY b.uid) AS v FROM orders a LEFT JOIN orders b {ON}",
    "grouped": f"SELECT a.uid, b.uid AS o, SUM(a.n) AS v FROM orders a LEFT JOIN orders b {ON} GROUP BY a.uid, b.uid",
    "distinct zeros": f"SELECT DISTINCT a.uid, {ZERO} AS v FROM {PLACES}",
    "union of zeros": f"SELECT a.uid, {ZERO} AS v FROM {PLACES} UNION SELECT a.uid, {ZERO} AS v FROM {PLACES}",
    "least of zeros": f"SELECT a.uid, MIN({ZERO}) AS v FROM {PLACES} GROUP BY a.uid",
    "quantile of zeros": f"SELECT a.uid, PERCENTILE({ZERO}, 0.0) AS v FROM {PLACES} GROUP BY a.uid",
    "key of zeros": f"SELECT a.uid, {ZERO} AS v FROM {PLACES} GROUP BY a.uid, {ZERO}",
    "first by interval": f"SELECT a.uid, FIRST_VALUE(p.k) OVER (PARTITION BY a.uid ORDER BY {INTERVAL}) AS v "
    f"FROM {PLACES}",
    "except others": "SELECT a.uid, a.n AS v FROM orders a EXCEPT SELECT p.who, p.k AS v FROM places p",
    "except all others": "SELECT a.uid, a.n AS v FROM orders a EXCEPT ALL SELECT p.who, p.k AS v FROM places p",
    "others, too": "SELECT p.who AS uid, p.k AS v FROM places p INTERSECT SELECT a.uid, a.n AS v FROM orders a",
}
OF_INTERVALS = {
    "distinct": f"SELECT DISTINCT a.uid, {INTERVAL} AS v FROM {PLACES}",
    "least": f"SELECT a.uid, MIN({INTERVAL}) AS v FROM {PLACES} GROUP BY a.uid",
    "window": f"SELECT a.uid, MAX({INTERVAL}) OVER (PARTITION BY a.uid) AS v FROM {PLACES}",
}
ALLOWING_DISTINCT = Settings({"distinct_in_private_query": Reading.PERMISSIVE})
LOOKS = ("CAST(v AS STRING) LIKE '-%'", "CAST(v AS STRING) LIKE '%0%'", "ATAN2(v, -1) < 0", "POWER(v, -1) < 0", "v > 1")


def _exact(sql: str, rows: list[dict[str, Any]], places: int) -> tuple[tuple[Any, ...], ...]:
    columns = {"uid": "string", "n": "int", "f": "double"}
    request = replace(private_request(sql, columns, {"k": "int", "who": "string"}), settings=ALLOWING_DISTINCT)
    there = [
        {"k": 1, "who": "u1"},
        {"k": -1, "who": "target"},
        *({"k": number, "who": f"u{number}"} for number in range(1000, 1000 + places)),
    ]
    result = run(
        request,
        MemoryData({"orders": rows, "places": there}),
        privacy=[PrivacySettings(PROVIDER, epsilon=20, users_noise_per_query=10)],
        booking=None,
        source=secure(),
        options=RunOptions(exact=True),
    )
    assert result.exact is not None
    return result.exact.rows


def _others(cte: str, rows: list[dict[str, Any]], places: int) -> Counter[tuple[Any, ...]]:
    """Count the other users' rows by each look of their value."""
    looks = (f"COUNT(CASE WHEN uid <> 'target' AND {look} THEN 1 END) AS c{at}" for at, look in enumerate(LOOKS))
    items = ", ".join(["COUNT(CASE WHEN uid <> 'target' THEN 1 END) AS c", *looks])
    return Counter(_exact(f"WITH c AS ({cte}) SELECT {items} FROM c", rows, places))


EVERY = 3
"""Of how many queries one is asked each time; all are, under the `statistics` mark."""


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.statistics] if number % EVERY else [])
        for number, name in enumerate(AT_USER_LEVEL)
    ],
)
@settings(max_examples=3)
@given(data=st.data())
def test_other_users_rows_stay_as_they_are(name: str, data: st.DataObject) -> None:
    users = data.draw(st.sampled_from([40, 140, 163, 300]))
    more = data.draw(st.sampled_from([1, 3, 200]))
    places = data.draw(st.sampled_from([0, 298]))
    value = data.draw(st.sampled_from([-5, 0, 1, 42]))
    rows = [{"uid": f"u{user}", "n": 1, "f": 1.0} for user in range(users)]
    target = [{"uid": "target", "n": value, "f": 1.0}] * more
    cte = AT_USER_LEVEL[name]
    assert _others(cte, rows, places) == _others(cte, rows + target, places)


@pytest.mark.parametrize("name", BY_OTHER_USERS)
def test_users_without_a_partner_do_not_share_a_window(name: str) -> None:
    with pytest.raises(NotAllowedError, match="another one is NULL where an outer join finds no partner"):
        _exact(f"WITH c AS ({BY_OTHER_USERS[name]}) SELECT COUNT(*) AS x FROM c WHERE v = 42", [], 0)


@pytest.mark.parametrize("name", OF_INTERVALS)
def test_no_interval_is_handed_up(name: str) -> None:
    seen = "CASE WHEN DATE '2024-02-01' + v = DATE '2024-03-01' THEN uid END"
    sql = f"WITH c AS ({OF_INTERVALS[name]}) SELECT COUNT(DISTINCT {seen}) AS x FROM c"
    with pytest.raises(NotEnforceableError, match="of type INTERVAL"):
        _exact(sql, [], 0)
