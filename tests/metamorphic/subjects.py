"""What is rewritten: every query of the conformance cases and of the example rooms, as a request."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from cli.rooms.opening_aws import open_room
from simulator.analysis_rules import judge
from simulator.request import AnalysisRequest
from simulator.verdict import Outcome, Verdict
from tests.conformance.query_cases import request_of
from tests.yaml_text import from_yaml

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Subject:
    """One query put to its room.

    Attributes:
        name: Id of the case, or path of the query.
        request: The query with its tables.
        verdict: What is said of it as it is written.
    """

    name: str
    request: AnalysisRequest
    verdict: Verdict

    def rule_types(self) -> set[str]:
        """The kinds of rule of the tables."""
        return {table.rule.rule_type for table in self.request.tables.values() if table.rule is not None}


@cache
def subjects() -> tuple[Subject, ...]:
    """Return all of them, in the order in which they are written."""
    corpus = from_yaml((ROOT / "tests/cases/corpus/aws-rules.yaml").read_text())
    requests = {
        case["id"]: request_of(case, corpus["table_fixtures"])
        for case in (*corpus["cases"], *corpus["open"])
        if "sql" in case
    }
    for room in sorted((ROOT / "examples").glob("*/*/room.yaml")):
        for subject in open_room(room.parent).subjects:
            requests[f"{room.parent.name}/{subject.name}"] = subject.request
    return tuple(Subject(name, request, judge(request)) for name, request in requests.items())


def judged(request: AnalysisRequest, sql: str) -> Verdict:
    """Return the verdict on another text put to the same room."""
    return judge(replace(request, sql=sql))


Essence = tuple[Outcome, frozenset[tuple[str, str | None]]]


def essence(verdict: Verdict) -> Essence:
    """Return what no rewriting may change: the outcome, and which checks object, on which open question."""
    return verdict.outcome, frozenset((finding.check, finding.setting) for finding in verdict.findings)
