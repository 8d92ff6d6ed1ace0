"""Lineage and refusals, case by case, and laws that hold for every query."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from simulator.sql.problem_pages import PROBLEM_PAGES
from simulator.sql.resolved import Clause, Origins, Role, Script
from simulator.sql.resolving import resolve_script
from tests.sql_requests import cases, request

LINEAGE = cases("lineage.yaml")
REFUSED = cases("refused.yaml")


def resolve(case: dict[str, Any]) -> Script:
    return resolve_script(request(case["sql"], case.get("engine", "SPARK"), case.get("parameters")))


def origins(found: Origins) -> list[str]:
    return sorted({f"{origin.table.name.lower()}.{origin.column}" for origin in found})


def outputs(script: Script) -> list[tuple[str, list[str]]]:
    assert script.final is not None
    return [(name, origins(found)) for name, found in script.final.outputs]


def places(script: Script) -> list[str]:
    return [
        problem.check + (f" {problem.span.line}:{problem.span.column}" if problem.span else "")
        for problem in script.problems
    ]


@pytest.mark.parametrize("name", LINEAGE)
def test_lineage(name: str) -> None:
    case = LINEAGE[name]
    script = resolve(case)
    assert places(script) == case.get("problems", [])
    if "columns" in case:
        assert outputs(script) == list(case["columns"].items())


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    script = resolve(REFUSED[name])
    assert places(script) == REFUSED[name]["problems"]


def test_every_problem_has_a_page_and_a_known_name() -> None:
    found = [problem for case in [*LINEAGE.values(), *REFUSED.values()] for problem in resolve(case).problems]
    assert len(found) >= len(REFUSED) > 0
    for problem in found:
        assert problem.check in PROBLEM_PAGES
        assert problem.source.startswith("https://docs.aws.amazon.com/clean-rooms/")
        assert problem.setting is None


def test_path_names_what_a_column_came_through() -> None:
    sql = "WITH c AS (SELECT email AS e FROM orders) SELECT q.e FROM (SELECT LOWER(e) AS e FROM c) q"
    (origin,) = resolve_script(request(sql)).final.columns["e"]
    assert origin.path == ("derived table 'q'", "CTE 'c'")


def test_joins_and_their_kinds() -> None:
    sql = (
        "SELECT 1 AS one FROM orders a, clicks b CROSS JOIN pages c LEFT JOIN people d ON a.person = d.person "
        "LEFT ANTI JOIN clicks e ON e.person = a.person NATURAL FULL JOIN letters f JOIN pages g USING (page)"
    )
    (select,) = resolve_script(request(sql)).selects
    kinds = [(join.kind, join.natural, join.using) for join in select.joins]
    assert kinds == [
        ("COMMA", False, ()),
        ("CROSS", False, ()),
        ("LEFT", False, ()),
        ("LEFT ANTI", False, ()),
        ("FULL", True, ()),
        ("INNER", False, ("page",)),
    ]


def test_uses_tell_clause_and_correlation() -> None:
    sql = (
        "SELECT o.email AS e, COUNT(*) AS n FROM orders o WHERE o.amount > 1 AND EXISTS "
        "(SELECT 1 FROM clicks c WHERE c.person = o.person) GROUP BY o.email HAVING n > 1 ORDER BY e"
    )
    script = resolve_script(request(sql))
    outer, inner = script.selects
    assert [(use.name, use.clause) for use in outer.uses] == [
        ("email", Clause.SELECT),
        ("amount", Clause.WHERE),
        ("email", Clause.GROUP_BY),
        ("n", Clause.HAVING),
        ("e", Clause.ORDER_BY),
    ]
    assert [use.correlated for use in inner.uses] == [False, True]
    assert outer.uses[-1].projection is outer.projections[0]
    assert [query.role for query in script.queries] == [Role.FINAL, Role.SUBQUERY]
    assert inner.parent is outer


def test_group_by_prefers_the_column_and_order_by_the_alias() -> None:
    sql = "SELECT LOWER(email) AS person FROM orders GROUP BY person ORDER BY person"
    (select,) = resolve_script(request(sql)).selects
    grouped, ordered = list(select.uses_in(Clause.GROUP_BY, Clause.ORDER_BY))
    assert origins(grouped.origins) == ["orders.person"]
    assert origins(ordered.origins) == ["orders.email"]


def test_having_counts_both_readings() -> None:
    sql = "SELECT LOWER(email) AS person FROM orders GROUP BY email, person HAVING person > 'a'"
    (select,) = resolve_script(request(sql)).selects
    (use,) = select.uses_in(Clause.HAVING)
    assert origins(use.origins) == ["orders.email", "orders.person"]


def test_origins_of_any_expression() -> None:
    script = resolve_script(
        request("SELECT 1 AS one FROM orders WHERE SUM(amount) OVER w > 1 WINDOW w AS (ORDER BY day)")
    )
    (select,) = script.selects
    where = select.node.args["where"]
    assert origins(script.origins(where)) == ["orders.amount", "orders.day"]
    assert script.span(next(iter(where.find_all(exp.Column)))).column == 39


# Laws: what does not change the meaning does not change the lineage.

COLUMNS = ["person", "email", "amount", "day"]
ITEMS = st.sampled_from(
    [
        "{t}.{c}",
        "LOWER({t}.{c})",
        "CASE WHEN {t}.{c} IS NULL THEN 1 ELSE 2 END",
        "COALESCE({t}.{c}, {t}.person)",
        "MAX({t}.{c}) OVER (PARTITION BY {t}.day)",
        "(SELECT MAX(z.page) FROM clicks z WHERE z.person = {t}.{c})",
    ]
)


@st.composite
def selects(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A query with items x0, x1, ... over orders under the alias t."""
    items = draw(st.lists(st.tuples(ITEMS, st.sampled_from(COLUMNS)), min_size=1, max_size=4))
    written = [item.format(t="t", c=column) for item, column in items]
    where = draw(st.sampled_from(["", " WHERE t.amount > 1", " WHERE t.person IN (SELECT person FROM clicks)"]))
    return f"SELECT {', '.join(f'{item} AS x{n}' for n, item in enumerate(written))} FROM orders t{where}", written


def lineage(sql: str) -> list[list[str]]:
    script = resolve_script(request(sql))
    assert not script.problems
    return [found for _, found in outputs(script)]


@given(selects())
def test_wrapping_keeps_lineage(query: tuple[str, list[str]]) -> None:
    sql, items = query
    expected = lineage(sql)
    names = ", ".join(f"x{n}" for n in range(len(items)))
    assert lineage(f"SELECT {names} FROM ({sql}) q") == expected
    assert lineage(f"SELECT * FROM ({sql}) q") == expected
    assert lineage(f"WITH c AS ({sql}) SELECT c.* FROM c") == expected
    assert lineage(f"CACHE TABLE k AS {sql}; SELECT {names} FROM k") == expected
    assert lineage(f"({sql})") == expected
    assert lineage(f"{sql} UNION ALL {sql}") == expected


@given(selects())
def test_spelling_keeps_lineage(query: tuple[str, list[str]]) -> None:
    sql, _ = query
    expected = lineage(sql)
    assert lineage(sql.upper()) == expected
    assert lineage(sql.replace(" ", " /* SELECT secret FROM t */ ")) == expected
    assert lineage(sql.replace(" ", "\n-- x.y /* it's\n")) == expected
    assert lineage(sql.replace("t.", "`T`.").replace(" orders t", " `Orders` `t`")) == expected
    assert lineage(sql.replace("t.", "other.").replace("orders t", "orders AS other")) == expected
