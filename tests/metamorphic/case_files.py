"""The queries of the checks' case files and of the BigQuery conformance cases, as requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from simulator.analysis_rules import judge
from simulator.request import AnalysisRequest
from simulator.settings import Settings
from tests.conformance.bigquery_cases import World
from tests.conformance.query_cases import request_of
from tests.metamorphic.subjects import Subject
from tests.yaml_text import from_yaml

CASES = Path(__file__).parents[1] / "cases"
_EXPECTED = {"message", "messages", "line", "setting", "left"}


@cache
def case_subjects() -> tuple[Subject, ...]:
    """Return those that have keys: of GROUP BY, ORDER BY or PARTITION BY."""
    requests = {**dict(_checks()), **dict(_conformance())}
    keyed = {name: request for name, request in requests.items() if " BY " in request.sql.upper()}
    return tuple(Subject(name, request, judge(request)) for name, request in keyed.items())


def _checks() -> Iterator[tuple[str, AnalysisRequest]]:
    fixtures = from_yaml((CASES / "corpus/aws-rules.yaml").read_text())["table_fixtures"]
    tables = from_yaml((CASES / "corpus/bigquery-rules.yaml").read_text())["tables"]
    for path in sorted((CASES / "checks").glob("*.yml")):
        document = from_yaml(path.read_text())
        for name, case in document.items():
            if not isinstance(case, dict) or "sql" not in case:
                continue
            described = {key: value for key, value in case.items() if key not in _EXPECTED}
            if "views" in document or "views" in case:
                yield f"{path.stem}-{name}", _asked(tables, {"views": document.get("views"), **described})
            else:
                filled = {"id": name, "query_runner": "111111111111", "tables": document.get("tables", []), **described}
                known = {**fixtures, **document.get("table_fixtures", {})}
                yield f"{path.stem}-{name}", request_of(filled, known)


def _conformance() -> Iterator[tuple[str, AnalysisRequest]]:
    document = from_yaml((CASES / "corpus/bigquery-rules.yaml").read_text())
    for case in document["cases"]:
        if case["sql"].lstrip().upper().startswith(("SELECT", "WITH")) and "setup" not in case:
            yield case["id"], _asked(document["tables"], case)


def _asked(tables: Mapping[str, Any], case: Mapping[str, Any]) -> AnalysisRequest:
    return World.of(tables, case["views"]).asked(case["sql"], Settings()).request
