"""Checking queries, beside sqlglot doing only its own part of the work on the same queries in the same run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import cycle, islice

import sqlglot
import yaml
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope

from benchmarks.figures import REPOSITORY, Figure, at_least, at_most, paired, seconds
from cli.rooms.opening_aws import open_room
from simulator.analysis_rules import judge
from simulator.request import AnalysisRequest
from simulator.sql.dialects import dialect_of
from tests.conformance.query_cases import request_of

_THOUSAND = 1000


@cache
def requests() -> tuple[AnalysisRequest, ...]:
    """Return every query of the conformance cases and of the example rooms."""
    text = (REPOSITORY / "tests" / "cases" / "corpus" / "aws-rules.yaml").read_text(encoding="utf-8")
    corpus = yaml.load(text, yaml.CSafeLoader)
    cases = [case for case in (*corpus["cases"], *corpus["open"]) if "sql" in case]
    rooms = sorted((REPOSITORY / "examples").glob("*/*/room.yaml"))
    return (
        *(request_of(case, corpus["table_fixtures"]) for case in cases),
        *(subject.request for room in rooms for subject in open_room(room.parent).subjects),
    )


def measure() -> Iterator[Figure]:
    """Judge all queries, against parsing alone and against parse + qualify + scope walk."""
    chosen = [request for request in requests() if _is_known_to_sqlglot(request)]
    mine, _, to_parse = paired(lambda: _judge(chosen), lambda: _parse(chosen))
    _, _, to_qualify = paired(lambda: _judge(chosen), lambda: _qualify_all(chosen))
    rate = len(chosen) / mine
    yield Figure(f"check, time a query (of {len(chosen)})", 1000 / rate, "ms", to_parse, "sqlglot's parser alone")
    peer = "rate of parse + qualify + scope walk"
    yield Figure("check, rate", rate, "queries/s", 1 / to_qualify, peer, at_least(0.6))
    conformance = list(islice(cycle(requests()), _THOUSAND))
    yield Figure("check, 1000 queries in one process", seconds(lambda: _judge(conformance)), "s", aim=at_most(5))


def _judge(chosen: Sequence[AnalysisRequest]) -> None:
    for request in chosen:
        judge(request)


def _parse(chosen: Sequence[AnalysisRequest]) -> None:
    for request in chosen:
        sqlglot.parse(request.sql, read=dialect_of(request.engine))


def _qualify_all(chosen: Sequence[AnalysisRequest]) -> None:
    for request in chosen:
        _qualify(request)


def _qualify(request: AnalysisRequest) -> None:
    schema: dict[str, object] = {name: dict(table.columns) for name, table in request.tables.items()}
    dialect = dialect_of(request.engine)
    tree = sqlglot.parse_one(request.sql, read=dialect)
    for scope in traverse_scope(qualify(tree, schema=schema, dialect=dialect)):
        for node in scope.walk():
            node.key  # noqa: B018 - the walk itself is what is measured


def _is_known_to_sqlglot(request: AnalysisRequest) -> bool:
    """Return whether sqlglot gets through: scripts of several statements, wrong names and non-queries stop it early."""
    try:
        _qualify(request)
    except SqlglotError:
        return False
    return True
