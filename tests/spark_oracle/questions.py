"""What both engines are asked: our own cases, the conformance cases, the example rooms, queries of public sources."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import duckdb

from cli.rooms.opening_aws import open_room
from declarations.analysis_rules import AnalysisRuleCustom
from examples.complete_journey.prepare import prepare
from simulator.analysis_rules import judge
from simulator.request import AnalysisRequest, Table
from simulator.settings import Reading, Settings
from simulator.verdict import Outcome
from tests.conformance.query_cases import request_of
from tests.outside import entries
from tests.simulator.test_outside_queries import _request as outside_request
from tests.spark_oracle.comparing import Question, Rows
from tests.spark_oracle.rows import rows_of
from tests.yaml_text import from_yaml

ROOT = Path(__file__).parents[2]
OWN = ROOT / "tests/cases/spark_oracle"
ANSI_IS_OFF = Settings({"unreadable_constant": Reading.PERMISSIVE})
"""As Spark is compared here: a text that is no date is NULL."""
RUNNER = "111111111111"
_SAMPLE = 3000
"""Rows of each table of the example rooms."""


def own_questions() -> Iterator[Question]:
    """Cases of tests/cases/spark_oracle: every file has tables with rows, and queries."""
    rule = AnalysisRuleCustom.model_validate(
        {"allowed_analyses": ["ANY_QUERY"], "allowed_analysis_providers": [RUNNER]}
    )
    for path in sorted(OWN.glob("*.yml")):
        document = from_yaml(path.read_text(encoding="utf-8"))
        tables = {
            name: Table(name, RUNNER, table["columns"], rule=rule, receivers_unlimited=True)
            for name, table in document["tables"].items()
        }
        rows = {
            name: [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]
            for name, table in document["tables"].items()
        }
        for name, query in document["queries"].items():
            sql = query if isinstance(query, str) else query["sql"]
            ordered = not isinstance(query, str) and query["ordered"]
            request = AnalysisRequest(sql, tables, RUNNER, settings=ANSI_IS_OFF)
            yield Question(f"{path.stem}: {name}", request, partial(dict, rows), ordered)


def corpus_questions() -> Iterator[Question]:
    """The allowed conformance cases, on rows made up from the columns of their tables."""
    corpus = from_yaml((ROOT / "tests/cases/corpus/aws-rules.yaml").read_text(encoding="utf-8"))
    for case in corpus["cases"]:
        if case["verdict"] == "allowed" and case.get("engine", "SPARK") == "SPARK" and "sql" in case:
            yield _made_up(case["id"], request_of(case, corpus["table_fixtures"]))


def outside_questions() -> Iterator[Question]:
    """The queries of public sources that we allow, likewise."""
    for query in entries("queries.yaml"):
        if query["expect"] == "accept":
            request = outside_request(query)
            if request.engine == "SPARK" and judge(request).outcome is Outcome.ALLOWED:
                yield _made_up(query["id"], request)


def _made_up(name: str, request: AnalysisRequest) -> Question:
    parameters = {
        key: replace(
            parameter, value=parameter.value if parameter.value is not None else _VALUES.get(parameter.type, "1")
        )
        for key, parameter in request.parameters.items()
    }
    return Question(name, replace(request, parameters=parameters), partial(_made_up_rows, request))


def _made_up_rows(request: AnalysisRequest) -> dict[str, Rows]:
    return {name: rows_of(name, table.columns) for name, table in request.tables.items()}


_VALUES = {"DATE": "2026-01-20", "TIMESTAMP": "2026-01-20 00:00:00", "VARCHAR": "c1", "STRING": "c1", "CHAR": "c1"}


def room_questions() -> Iterator[Question]:
    """The allowed queries of the example rooms, on the first rows of the real data."""
    for room in ("reach", "measurement"):
        for subject in open_room(ROOT / "examples/complete_journey" / room).subjects:
            if judge(subject.request).outcome is Outcome.ALLOWED:
                yield Question(f"{room}: {subject.name}", subject.request, partial(_samples, subject.request))


def _samples(request: AnalysisRequest) -> dict[str, Rows]:
    prepare()
    return {name: _sample(table) for name, table in request.tables.items()}


_SAMPLES: dict[str, list[dict[str, object]]] = {}


def _sample(table: Table) -> list[dict[str, object]]:
    key = f"{table.name} {sorted(table.columns)}"
    if key not in _SAMPLES:
        path = ROOT / "examples/complete_journey/data" / f"{table.name}.parquet"
        columns = list(table.columns)
        with duckdb.connect() as connection:
            # By the digest of the key: the tables keep rows that can be joined, and every run gets the same ones.
            key_column = next(name for name in ("household_id", "product_id") if name in columns)
            chosen = ", ".join(columns)
            found = connection.execute(
                f"SELECT {chosen} FROM read_parquet($1) ORDER BY md5({key_column}::VARCHAR), {chosen} LIMIT {_SAMPLE}",
                [str(path)],
            ).fetchall()
        _SAMPLES[key] = [dict(zip(columns, row, strict=True)) for row in found]
    return _SAMPLES[key]
