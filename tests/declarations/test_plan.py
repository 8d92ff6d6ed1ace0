"""A plan is refused where it contradicts itself, each time with what is allowed; its runs keep inside it."""

from __future__ import annotations

import copy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from declarations.frequency import Cron, Rate, Span
from declarations.plan import Plan, PlannedRun
from tests.declarations.changes import change, errors_of
from tests.yaml_text import from_yaml

CASES: dict[str, Any] = from_yaml(
    (Path(__file__).parent.parent / "cases" / "declarations" / "plans.yaml").read_text(encoding="utf-8")
)
PLAN: dict[str, Any] = {
    "start": "2026-01-01",
    "length": "12 months",
    "rooms": {"other": "../other"},
    "runs": [{"query": "sales", "every": "7 days"}],
    "tables": {},
    "changes": [],
}


@pytest.mark.parametrize("name", CASES)
def test_one_thing_changed(name: str) -> None:
    case, document = CASES[name], copy.deepcopy(PLAN)
    assert set(case) <= {"set", "remove", "errors"}
    for path, value in case.get("set", {}).items():
        change(document, path, copy.deepcopy(value))
    for path in case.get("remove", []):
        change(document, path, ...)
    if "errors" not in case:
        Plan.model_validate(document)
        return
    with pytest.raises(ValidationError) as refused:
        Plan.model_validate(document)
    assert errors_of(refused.value) == case["errors"]


@pytest.mark.parametrize(
    ("frequency", "kind"), [({"every": "1 day"}, Span), ({"cron": "0 6 * * *"}, Cron), ({"about": "1 per day"}, Rate)]
)
def test_each_frequency_is_parsed(frequency: dict[str, str], kind: type) -> None:
    assert isinstance(PlannedRun.model_validate({"query": "sales"} | frequency).frequency, kind)


@pytest.mark.parametrize(
    ("days", "window"),
    [
        ({}, (date(2026, 1, 1), date(2027, 1, 1))),
        ({"first": "2026-03-01"}, (date(2026, 3, 1), date(2027, 1, 1))),
        ({"until": "2026-03-01"}, (date(2026, 1, 1), date(2026, 3, 2))),
        ({"until": "2026-12-31"}, (date(2026, 1, 1), date(2027, 1, 1))),
    ],
)
def test_a_window_holds_the_last_day(days: dict[str, str], window: tuple[date, date]) -> None:
    plan = Plan.model_validate(PLAN | {"runs": [{"query": "sales", "every": "7 days"} | days]})
    assert plan.window(plan.runs[0]) == window
