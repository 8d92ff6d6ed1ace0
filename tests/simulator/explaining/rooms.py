"""The rooms that pages are made of: every set of tables that some conformance case puts together, and the examples."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from declarations.loading import load_room
from simulator import room as simulated
from simulator.explaining import TablePage, explain_table
from simulator.request import AnalysisRequest
from tests.conformance.query_cases import request_of
from tests.yaml_text import from_yaml

ROOT = Path(__file__).parents[3]
CORPUS: dict[str, Any] = from_yaml((ROOT / "tests/cases/corpus/aws-rules.yaml").read_text(encoding="utf-8"))
_ROOM_MEMBERS = ("tables", "query_runner", "engine", "result_receivers", "context")


def cases() -> dict[str, dict[str, Any]]:
    """Every case of the corpus that has a query, settled or open, by its id."""
    listed = [*CORPUS["cases"], *(case for case in CORPUS["open"] if "sql" in case and "tables" in case)]
    return {case["id"]: case for case in listed}


def room_of(case: dict[str, Any]) -> str:
    """The room of a case, as text: cases with the same text have the same room."""
    return json.dumps({member: case.get(member) for member in _ROOM_MEMBERS}, sort_keys=True)


@cache
def rooms() -> dict[str, tuple[AnalysisRequest, str]]:
    """Every room by its name: a request to it, and the member who wants to know."""
    found: dict[str, tuple[AnalysisRequest, str]] = {}
    for case in cases().values():
        request = request_of(case, CORPUS["table_fixtures"])
        found.setdefault(room_of(case), (request, request.query_runner))
    for path in sorted((ROOT / "examples/complete_journey").glob("*/room.yaml")):
        room = load_room(path).room
        for member in room.members:
            found[f"{path.parent.name} as {member}"] = (simulated.request(room, ""), member)
    return found


@cache
def pages(room: str) -> dict[str, TablePage]:
    """The page of every table of a room, by its SQL name."""
    request, member = rooms()[room]
    return {name: explain_table(request, member, table) for name, table in request.tables.items()}
