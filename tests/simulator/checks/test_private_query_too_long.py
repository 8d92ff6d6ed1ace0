"""The limit of 90 KB, whose case would be a file of that size."""

from __future__ import annotations

from pathlib import Path

from simulator.checks.context import QueryContext
from simulator.checks.private_query_too_long import LONG_LIMIT, private_query_too_long
from simulator.sql.resolving import resolve_script
from simulator.verdict import Finding
from tests.conformance.query_cases import request_of
from tests.yaml_text import from_yaml

CORPUS = Path(__file__).parents[2] / "cases" / "corpus" / "aws-rules.yaml"
FIXTURES = from_yaml(CORPUS.read_text())["table_fixtures"]
SQL = "SELECT COUNT(*) AS n FROM imps WHERE camp = '{}'"


def finding(length: int) -> Finding:
    sql = SQL.format("x" * (length - len(SQL.format(""))))
    request = request_of({"sql": sql, "tables": ["cust_dp"], "query_runner": "111111111111"}, FIXTURES)
    (found,) = private_query_too_long(QueryContext(request, resolve_script(request)))
    return found


def test_up_to_the_limit_it_is_an_open_question() -> None:
    assert finding(LONG_LIMIT).setting == "differential_privacy_text_length"


def test_beyond_the_limit_it_is_denied_for_good() -> None:
    found = finding(LONG_LIMIT + 1)
    assert found.setting is None
    assert found.message == "the query has 90001 bytes; under differential privacy at most 90000 are allowed"
