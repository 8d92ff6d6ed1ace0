"""BigQuery policies and queries found in public sources, read beside the repository."""

from __future__ import annotations

import re
from typing import Any

import pytest

from simulator.analysis_rules import judge_context
from simulator.settings import Reading, Settings
from simulator.verdict import Outcome
from tests import outside
from tests.conformance.bigquery_cases import World, answers, judge_policy, service_text
from tests.conformance.bigquery_rows import row_mismatches
from tests.yaml_text import from_yaml

FILE = outside.FOLDER / "bigquery.yaml"
DOCUMENT: dict[str, Any] = (
    from_yaml(FILE.read_text(encoding="utf-8")) if FILE.is_file() else {"policies": [], "queries": [], "tables": {}}
)
TABLES = {
    f"mydataset.{name}": {"columns": list(table["columns"].items()), "rows": table["rows"]}
    for name, table in DOCUMENT["tables"].items()
}
POLICIES = {policy["id"]: policy for policy in DOCUMENT["policies"]}
EXPECTED = {"accept": Outcome.ALLOWED, "reject": Outcome.DENIED}
READINGS = {"accept": Reading.PERMISSIVE, "reject": Reading.STRICT}


def test_the_file_is_there() -> None:
    if not FILE.is_file():
        pytest.skip("the folder of cases from public sources is not beside the repository")
    assert len(DOCUMENT["queries"]) > 10


@pytest.mark.parametrize(
    "case", [each for each in DOCUMENT["policies"] if each["expect"] != "look-at"], ids=lambda case: case["id"]
)
def test_policy(case: dict[str, Any]) -> None:
    before = re.search(r"ALTER VIEW over (\w+)", case.get("after", ""))
    old = POLICIES[before[1]]["policy"] if before else None
    assert judge_policy(case["policy"], TABLES, old) == (case["expect"] == "valid")


@pytest.mark.parametrize("case", DOCUMENT["queries"], ids=lambda case: case["id"])
def test_query(case: dict[str, Any]) -> None:
    """What rests on open questions is judged and run under the answers that the page gives by its examples."""
    view = {"name": "mydataset.ExamView", "table": "mydataset.ExamTable", "policy": case["policy"]}
    world = World.of(TABLES, [view] if case["policy"] is not None else [])
    for _ in range(int(re.match(r"\d+", case.get("run", "1"))[0]) - 1):  # type: ignore[index]
        assert world.run(case["sql"]).outcome is Outcome.ALLOWED
    unanswered = judge_context(world.asked(case["sql"], Settings()))
    settings = answers(unanswered, READINGS[case["expect"]])
    if "result" in case:
        asked = world.asked(case["sql"], settings)
        assert row_mismatches({"expected_rows": case["result"]}, world, asked, TABLES) == []
    verdict = world.run(case["sql"], settings)
    assert verdict.outcome is EXPECTED[case["expect"]]
    assert case.get("error", service_text(verdict)) == service_text(verdict)
