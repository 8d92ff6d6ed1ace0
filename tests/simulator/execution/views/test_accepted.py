"""What the rules of BigQuery allow, the simulator runs: an accepted query passes its rehearsal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from simulator.execution.errors import NotAllowedError, NotEnforceableError, NotTranslatableError
from simulator.settings import Settings
from tests.conformance.bigquery_cases import World
from tests.conformance.bigquery_rows import run_case
from tests.simulator.execution.views.conftest import Answer
from tests.yaml_text import from_yaml

CASES = Path(__file__).parents[3] / "cases"
QUERIES = from_yaml((CASES / "execution" / "accepted_in_bigquery.yml").read_text(encoding="utf-8"))
WORDS = {
    " C ": " WITH AGGREGATION_THRESHOLD ",
    " B ": " WITH DIFFERENTIAL_PRIVACY ",
    ", K)": ", contribution_bounds_per_group => (0, 100))",
}
KNOWN_REFUSALS = ("is not one of the functions known", "FOR TIMESTAMP AS OF", "a value of type VARCHAR as INTEGER")
"""A function that nobody has looked at, rows as of another time, which do not exist, and a text compared with a number,
which BigQuery refuses as well."""


@pytest.mark.parametrize("query", QUERIES)
def test_accepted_query_runs(answer: Answer, query: str) -> None:
    for word, meaning in WORDS.items():
        query = query.replace(word, meaning)
    assert answer(query).answer.columns


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("SELECT C COUNT(*) AS spend FROM shop.T |> WHERE spend > 6", [(7,)]),
        ("SELECT spend AS rate FROM shop.Visits |> WHERE rate > 20 |> ORDER BY rate", [(30,), (100,)]),
        ("SELECT spend FROM shop.Visits ORDER BY spend LIMIT 3 |> WHERE spend > 5", [(7,)]),
        ("SELECT * EXCEPT (n) FROM (SELECT MAX(spend), 1 AS n, COUNT(*) FROM shop.Visits)", [(100, 7)]),
        ("SELECT r.*, q.* FROM (SELECT 1, 2) AS q, (SELECT 3) AS r", [(3, 1, 2)]),
        ("SELECT * FROM (SELECT 5 UNION ALL SELECT 6) ORDER BY 1", [(5,), (6,)]),
        ("SELECT C SUM(SAFE.LENGTH(city)) AS n FROM shop.T WHERE SAFE.SUBSTR(city, 1, 1) = 'L'", [(12,)]),
        ("SELECT C 2 AS k, SUM(spend) AS s FROM shop.T GROUP BY k", [(2, 172)]),
    ],
)
def test_answer(answer: Answer, query: str, rows: list[tuple[int, ...]]) -> None:
    assert list(answer(query.replace(" C ", WORDS[" C "])).answer.rows) == rows


@pytest.mark.statistics
def test_every_accepted_query_of_the_cases_runs() -> None:
    """Slow, for it runs some hundred queries; those that are denied, or are not about views that fit, are left out."""
    refused, ran = {}, 0
    for name, tables, views, sql in _queries():
        world = World.of(tables, views)
        try:
            run_case(
                world, world.asked(sql, Settings()), {name: {**table, "rows": []} for name, table in tables.items()}
            )
        except NotAllowedError:
            continue
        except (NotEnforceableError, NotTranslatableError) as error:
            if not any(known in str(error) for known in KNOWN_REFUSALS):
                refused[name] = f"{sql}: {error}"
        ran += 1
    assert refused == {}
    assert ran > 150


def _queries() -> Iterator[tuple[str, Mapping[str, Any], list[Mapping[str, Any]], str]]:
    rules, more = (
        from_yaml((CASES / "corpus" / f"bigquery-{name}.yaml").read_text()) for name in ("rules", "combinations")
    )
    for document in (rules, more):
        for case in document["cases"]:
            if case.get("kind") != "ddl" and "sql" in case:
                yield case["id"], document.get("tables") or rules["tables"], case["views"], case["sql"]
    for path in sorted((CASES / "checks").glob("*.yml")):
        document = from_yaml(path.read_text())
        for name, case in document.items():
            if isinstance(case, dict) and "sql" in case and ("views" in document or "views" in case):
                yield f"{path.stem} {name}", rules["tables"], {**document, **case}["views"], case["sql"]
