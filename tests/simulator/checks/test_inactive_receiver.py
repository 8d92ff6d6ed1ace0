"""Who may receive results: the abilities of members are known to rooms, not to conformance cases."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from simulator.checks.context import QueryContext
from simulator.checks.inactive_receiver import inactive_receiver
from simulator.sql.resolving import resolve_script
from tests.conformance.query_cases import request_of
from tests.yaml_text import from_yaml

RUNNER, PARTNER = "111111111111", "222222222222"
CORPUS = Path(__file__).parents[2] / "cases" / "corpus" / "aws-rules.yaml"
FIXTURES = from_yaml(CORPUS.read_text())["table_fixtures"]


def said(able: set[str] | None, *chosen: str) -> list[str]:
    case = {"sql": "SELECT COUNT(o.qty) AS n FROM orders o", "tables": ["agg_orders"], "query_runner": RUNNER}
    receivers = None if able is None else frozenset(able)
    request = replace(request_of(case, FIXTURES), receivers=receivers, result_receivers=chosen)
    return [finding.message for finding in inactive_receiver(QueryContext(request, resolve_script(request)))]


def test_a_receiver_needs_the_ability() -> None:
    assert said({PARTNER}, PARTNER, RUNNER) == [
        f"result receiver '{RUNNER}' does not have the ability CAN_RECEIVE_RESULTS (members with it: '{PARTNER}')"
    ]
    assert said({PARTNER}, PARTNER) == []


def test_the_runner_receives_where_nobody_is_chosen() -> None:
    assert said({RUNNER}) == []
    assert said(set()) == [
        f"result receiver '{RUNNER}' does not have the ability CAN_RECEIVE_RESULTS (members with it: none)"
    ]


def test_unknown_abilities_are_not_judged() -> None:
    assert said(None, PARTNER) == []
