"""No query can name a table that its run makes for itself, in BigQuery's dialect as in Spark's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simulator.execution.views import partials
from simulator.execution.views.results import ViewRunResult

TABLES = tuple(getattr(partials, name).partition(".")[2] for name in ("ROWS", "PARTIALS", "KEPT", "BOUNDS"))


@pytest.mark.parametrize("name", [*TABLES, "t0", "t1", "`noisy answer 0`", "`noisy answer 1`", "data"])
def test_a_name_means_what_its_scope_says_under_noise_of_bigquery(
    name: str, answer: Callable[..., ViewRunResult]
) -> None:
    sql = """
    WITH {name} AS (SELECT 'x' AS u, region AS n FROM shop.Cities),
      q AS (SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS (epsilon = 1e10, delta = 0.1) COUNT(*) AS c FROM shop.P)
    SELECT (WITH {name} AS (SELECT 1 AS k) SELECT MAX(k) FROM {name}) AS a, (SELECT COUNT(*) FROM {name}) AS b,
      (SELECT MIN(u) FROM {name}) AS t, q.c > 0 AS d
    FROM q WHERE EXISTS (SELECT 1 FROM {name} WHERE u = 'x')
    """
    assert answer(sql.format(name=name)).answer.rows == ((1, 2, "x", True),)
