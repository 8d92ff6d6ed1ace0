"""Whose row a row is, when other columns stand under the unit's name, in its place, or where the engine puts them."""

from __future__ import annotations

import pytest

from declarations.bigquery.room import BigQueryRoom
from simulator.execution.errors import NotAllowedError, NotEnforceableError
from simulator.execution.loading.data import MemoryData
from simulator.execution.views.running import run_on_views
from simulator.privacy.rng import seeded
from simulator.settings import Reading, Settings
from simulator.views import bigquery_room
from tests.simulator.execution.views.conftest import PRIVATE, THRESHOLD, Answer, view

CROSSED = "shop.T AS t CROSS JOIN shop.Cities AS c"
BOTH_UNITS = "SELECT visitor, visitor, spend FROM shop.T"
BY_SPEND = "SELECT WITH AGGREGATION_THRESHOLD spend, COUNT(*) AS n FROM ({}) GROUP BY spend"
"""No two visitors spend the same, so that a right unit shows no row."""


@pytest.mark.parametrize(
    "rows",
    [
        f"SELECT c.region AS a, t.visitor AS b, t.spend FROM {CROSSED} UNION ALL {BOTH_UNITS}",
        # The engine calls the second `a` a_1, ...
        f"SELECT c.region AS a, c.region AS a, t.visitor AS a_1, t.spend FROM {CROSSED}",
        # ... and an expression without a name by its text.
        f"SELECT UPPER(c.region), t.visitor AS `upper(c.region)`, t.spend FROM {CROSSED}",
        f"SELECT UPPER(c.region), t.visitor AS `column 0`, t.spend FROM {CROSSED}",
    ],
)
def test_the_run_takes_the_column_that_was_proven(answer: Answer, rows: str) -> None:
    assert answer(BY_SPEND.format(rows)).answer.rows == ()


def test_names_of_inner_columns_change_no_answer(answer: Answer) -> None:
    kept = "SELECT UPPER(city), city, visitor, spend AS s, rate AS s FROM shop.T"
    sql = "SELECT WITH AGGREGATION_THRESHOLD city, COUNT(DISTINCT visitor) AS n FROM ({}) GROUP BY city"
    assert sorted(answer(sql.format(kept)).answer.rows) == [("Lyon", 2), ("Nice", 2)]


@pytest.mark.parametrize(
    ("sql", "views", "message"),
    [
        (
            "SELECT WITH AGGREGATION_THRESHOLD COUNT(*) AS n FROM shop.Twice",
            (view("shop.Twice", f"SELECT UPPER(c.region), t.visitor AS f0_ FROM {CROSSED}"),),
            r"the view 'shop.Twice' has two columns called 'f0_'; give each a name of its own",
        ),
        (
            f"SELECT WITH AGGREGATION_THRESHOLD COUNT(*) AS n FROM (SELECT * FROM (SELECT t.*, c.city FROM {CROSSED}))",
            (),
            r"`\*` shows two columns called 'city', which can be judged, but not run",
        ),
    ],
)
def test_columns_that_the_engine_would_rename_are_not_run(
    answer: Answer, sql: str, views: tuple[dict[str, object], ...], message: str
) -> None:
    with pytest.raises(NotEnforceableError, match=message):
        answer(sql, *views)


OF_THE_VIEW = Settings({"ambiguous_privacy_unit": Reading.PERMISSIVE})
AMBIGUOUS = "SELECT WITH AGGREGATION_THRESHOLD {} FROM {} GROUP BY t.city"


@pytest.mark.parametrize("reading", [Reading.UNSET, Reading.STRICT])
def test_an_ambiguous_name_of_a_unit_is_not_run(answer: Answer, reading: Reading) -> None:
    settings = Settings({"ambiguous_privacy_unit": reading})
    sql = AMBIGUOUS.format("COUNT(DISTINCT visitor)", "shop.T AS t JOIN shop.Visits AS v USING (spend)")
    with pytest.raises(NotAllowedError):
        answer(sql, settings=settings)


@pytest.mark.parametrize(
    "items",
    [
        "t.city, COUNT(DISTINCT {}visitor)",
        "t.city, COUNT({}visitor) AS visitor",
        "t.city, (SELECT COUNT(*)) + COUNT(DISTINCT {}visitor)",
    ],
)
@pytest.mark.parametrize("having", ["", " HAVING COUNT(DISTINCT {}visitor) < 3", " HAVING COUNT({}visitor) > 1"])
@pytest.mark.parametrize(
    "rows", ["shop.T AS t JOIN shop.Visits AS v ON t.city = v.city", "shop.Visits AS v, shop.T AS t"]
)
def test_an_ambiguous_name_is_run_as_the_unit_of_the_view(answer: Answer, items: str, having: str, rows: str) -> None:
    named, short = (AMBIGUOUS.format(items, rows).format(of) + having.format(of) for of in ("t.", ""))
    assert sorted(answer(short, settings=OF_THE_VIEW).answer.rows) == sorted(answer(named).answer.rows) != []


@pytest.mark.parametrize("clause", ["AGGREGATION_THRESHOLD", "DIFFERENTIAL_PRIVACY"])
def test_a_query_without_a_name_beside_a_column_with_the_name_of_the_unit(answer: Answer, clause: str) -> None:
    view_name = "shop.T" if clause == "AGGREGATION_THRESHOLD" else "shop.P"
    other = view("shop.Names", "SELECT region AS visitor, city AS town FROM shop.Cities")
    for inner in ("SELECT visitor, city FROM", "SELECT visitor, city AS `rows 0` FROM"):
        rows = f"({inner} {view_name}) CROSS JOIN shop.Names AS n"
        found = answer(f"SELECT WITH {clause} n.town, COUNT(*) AS n FROM {rows} GROUP BY n.town", other)
        assert len(found.answer.rows) == 2


def _of_fields(policy: dict[str, dict[str, object]], sql: str, columns: str = "STRUCT<Id STRING, age INT64>") -> object:
    (rule,) = policy.values()
    kind = next(iter(policy))
    unit = {kind: {**rule, "privacy_unit_column": "visitor.id"}}
    table = {"name": "shop.Raw", "columns": {"visitor": columns, "city": "STRING"}}
    shared = view("shop.T", "SELECT * FROM shop.Raw", unit)
    room = BigQueryRoom.model_validate({"name": "shop", "project": "clean-room", "tables": [table], "views": [shared]})
    names = (("a", "Lyon"), ("b", "Lyon"), ("c", "Nice"), ("c", "Nice"))
    data = MemoryData({"shop.raw": [{"visitor": {"Id": name, "age": 1}, "city": city} for name, city in names]})
    return run_on_views(room, bigquery_room.request(room, sql), data, booking=None, source=seeded(1)).answer.rows


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT WITH AGGREGATION_THRESHOLD city, COUNT(*) AS n FROM shop.T GROUP BY city",
        "SELECT WITH AGGREGATION_THRESHOLD t.city, COUNT(*) AS n FROM shop.T AS t GROUP BY 1",
        (
            "SELECT WITH AGGREGATION_THRESHOLD OPTIONS(threshold = 2, privacy_unit_column = visitor.id) city, "
            "COUNT(*) AS n FROM shop.Raw GROUP BY city"
        ),
        (
            "SELECT WITH AGGREGATION_THRESHOLD OPTIONS(threshold = 2, privacy_unit_column = r.visitor.id) city, "
            "COUNT(*) AS n FROM shop.Raw AS r GROUP BY city"
        ),
    ],
)
def test_a_field_of_a_struct_is_a_unit(sql: str) -> None:
    assert _of_fields(THRESHOLD, sql) == (("Lyon", 2),)


def test_a_field_of_a_struct_is_a_unit_under_differential_privacy() -> None:
    bounded = "COUNT(*, contribution_bounds_per_group => (0, 1))"
    sql = f"SELECT WITH DIFFERENTIAL_PRIVACY city, {bounded} AS n FROM shop.T GROUP BY city"
    assert _of_fields(PRIVATE, sql) == (("Lyon", 2),)


def test_a_field_of_which_nothing_is_known_is_no_unit() -> None:
    sql = "SELECT WITH AGGREGATION_THRESHOLD city, COUNT(*) AS n FROM shop.T GROUP BY city"
    with pytest.raises(NotEnforceableError, match=r"the type of the privacy unit 'visitor\.id' of 't' is not known"):
        _of_fields(THRESHOLD, sql, "STRUCT")
