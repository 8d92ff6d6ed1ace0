"""Checking queries, beside sqlglot doing only its own part of the work on the same queries in the same run."""

from __future__ import annotations

from collections.abc import Iterator

import sqlglot
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope

from benchmarks.figures import REPOSITORY, Figure, paired
from cli.opening import open_room
from simulator.analysis_rules import judge
from simulator.request import AnalysisRequest


def measure() -> Iterator[Figure]:
    """Judge every query of the example room, against parsing alone and against parse + qualify + scope walk."""
    opened = open_room(REPOSITORY / "examples" / "complete_journey" / "reach")
    requests = [subject.request for subject in opened.subjects]

    def check() -> None:
        for request in requests:
            judge(request)

    def parse() -> None:
        for request in requests:
            sqlglot.parse_one(request.sql, read="spark")

    def qualify_all() -> None:
        for request in requests:
            _qualify(request)

    mine, _, to_parse = paired(check, parse)
    _, _, to_qualify = paired(check, qualify_all)
    rate = len(requests) / mine
    yield Figure("check, time a query", 1000 / rate, "ms", to_parse, "sqlglot.parse_one alone")
    yield Figure("check, rate", rate, "queries/s", 1 / to_qualify, "rate of parse + qualify + scope walk", ">= 0.6")


def _qualify(request: AnalysisRequest) -> None:
    schema: dict[str, object] = {name: dict(table.columns) for name, table in request.tables.items()}
    tree = sqlglot.parse_one(request.sql, read="spark")
    for scope in traverse_scope(qualify(tree, schema=schema, dialect="spark", validate_qualify_columns=False)):
        for node in scope.walk():
            node.key  # noqa: B018 - the walk itself is what is measured
