"""Managed data identifiers by case: what each finds, and what it leaves alone."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from simulator.api.macie2.detection.contact import ADDED
from simulator.api.macie2.detection.locating import Inspector
from simulator.api.macie2.detection.managed import MANAGED, RECOMMENDED, selected
from tests.yaml_text import from_yaml

CASES = from_yaml((Path(__file__).parents[4] / "cases" / "macie" / "identifiers.yaml").read_text(encoding="utf-8"))
KEYS = ({"column", "values", "found"}, {"text", "found"})


def found(case: dict[str, Any]) -> dict[str, int]:
    """Return the counts of what is found in a case's column or text."""
    content, key = case.get("text", ""), "x.txt"
    if "column" in case:
        rows = io.StringIO()
        csv.writer(rows).writerows([[case["column"], "n"], *([value, "x"] for value in case["values"])])
        content, key = rows.getvalue(), "x.csv"
    inspected = Inspector(MANAGED, ()).inspect(content.encode(), key)
    return {name: tally.count for name, tally in inspected.managed.items()}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_case(case: dict[str, Any]) -> None:
    assert set(case) in KEYS
    assert found(case) == case["found"]


def test_ids_are_told_apart_and_recommended_ones_exist() -> None:
    ids = [each.id for each in MANAGED]
    assert len(ids) == len(set(ids))
    assert set(ids) >= RECOMMENDED | set(ADDED)


def test_selection() -> None:
    every = {each.id for each in MANAGED}
    assert {each.id for each in selected("ALL", ())} == every
    assert {each.id for each in selected("EXCLUDE", ["NAME"])} == every - {"NAME"}
    assert {each.id for each in selected("INCLUDE", ["NAME"])} == {"NAME"}
    assert selected("NONE", ()) == ()
    assert {each.id for each in selected(None, ())} == {each.id for each in selected("RECOMMENDED", ())} == RECOMMENDED


def test_severity_grows_with_the_number() -> None:
    by_id = {each.id: each.severities for each in MANAGED}
    names = [by_id["NAME"].of(count).value for count in (1, 2, 99, 100)]
    assert names == ["Low", "Medium", "Medium", "High"]
    assert [by_id["VEHICLE_IDENTIFICATION_NUMBER"].of(count).score for count in (1, 2, 100)] == [1, 1, 2]
    assert by_id["USA_SOCIAL_SECURITY_NUMBER"].of(1).value == "High"
