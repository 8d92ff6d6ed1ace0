"""Case files of checks, `tests/cases/checks/<check>.yml`, and the queries that they describe."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from declarations.bigquery.rest import RemainingBudget
from simulator.checks.context import QueryContext
from simulator.settings import Settings
from simulator.sql.resolving import resolve_script
from tests.conformance.bigquery_cases import World
from tests.conformance.query_cases import request_of
from tests.yaml_text import from_yaml

CASES = Path(__file__).parents[2] / "cases"
FILE_KEYS = {"check", "source", "tables", "table_fixtures", "views"}
EXPECTATIONS = {"message", "messages", "line", "setting"}
_BIGQUERY_KEYS = {"sql", "views", "left"}

FIXTURES = from_yaml((CASES / "corpus" / "aws-rules.yaml").read_text())["table_fixtures"]
BIGQUERY_TABLES = from_yaml((CASES / "corpus" / "bigquery-rules.yaml").read_text())["tables"]


def document_of(check: str) -> dict[str, Any]:
    """Return the case file of a check."""
    document: dict[str, Any] = from_yaml((CASES / "checks" / f"{check}.yml").read_text())
    return document


def asked(document: dict[str, Any], case: dict[str, Any], settings: Settings) -> QueryContext:
    """Return the query of *case* over its tables or views, or over those of its file."""
    context = (_asked_views if "views" in document or "views" in case else _asked_tables)(document, case, settings)
    assert context.script.problems == ()
    return context


def _asked_tables(document: dict[str, Any], case: dict[str, Any], settings: Settings) -> QueryContext:
    described = {name: value for name, value in case.items() if name not in EXPECTATIONS}
    described = {"id": "case", "query_runner": "111111111111", "tables": document.get("tables", []), **described}
    request = request_of(described, {**FIXTURES, **document.get("table_fixtures", {})}, settings)
    return QueryContext(request, resolve_script(request))


def _asked_views(document: dict[str, Any], case: dict[str, Any], settings: Settings) -> QueryContext:
    assert set(case) <= _BIGQUERY_KEYS | EXPECTATIONS
    world = World.of(BIGQUERY_TABLES, {**document, **case}["views"])
    world.left |= {view: RemainingBudget(*left) for view, left in case.get("left", {}).items()}
    return world.asked(case["sql"], settings)
