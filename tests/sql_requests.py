"""Requests on the small tables of `cases/sql/tables.yaml`, for the tests of the SQL front end."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from simulator.request import AnalysisRequest, Table, TemplateParameter
from simulator.sql.parsing import Parsed, parse, problems_of
from tests.yaml_text import from_yaml

FOLDER = Path(__file__).parent / "cases" / "sql"
KEYS = {"sql", "engine", "parameters", "columns", "problems"}


@cache
def cases(name: str) -> dict[str, dict[str, Any]]:
    """Return the cases of a file; a key that no test reads is an error."""
    found: dict[str, dict[str, Any]] = from_yaml((FOLDER / name).read_text(encoding="utf-8"))
    unknown = {key for case in found.values() for key in case} - KEYS
    assert not unknown, f"{name}: unknown keys {unknown}"
    return found


@cache
def tables() -> dict[str, Table]:
    """Return the tables by lower-case name."""
    found = from_yaml((FOLDER / "tables.yaml").read_text(encoding="utf-8"))
    return {name.lower(): Table(name, "111111111111", columns) for name, columns in found.items()}


def request(sql: str, engine: str = "SPARK", parameters: list[str] | None = None) -> AnalysisRequest:
    """Return a request for *sql*; with *parameters* (STRING each) it is that of a template."""
    return AnalysisRequest(
        sql=sql,
        tables=tables(),
        query_runner="111111111111",
        engine=engine,
        template_arn="template" if parameters is not None else None,
        parameters={name: TemplateParameter("STRING") for name in parameters or ()},
    )


def read_sql(sql: str, engine: str = "BIGQUERY") -> tuple[Parsed, list[str]]:
    """Return what *sql* is to the parser, and its problems' messages."""
    problems = problems_of(sql, engine)
    return parse(sql, engine, problems), [finding.message for finding in problems.found]
