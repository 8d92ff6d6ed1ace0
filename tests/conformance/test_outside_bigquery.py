"""BigQuery policies and queries found in public sources, read beside the repository."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from simulator.settings import Settings
from simulator.verdict import Outcome
from tests import outside
from tests.conformance.bigquery_cases import World, judge_policy, service_text
from tests.conformance.bigquery_rows import row_mismatches

FILE = outside.FOLDER / "bigquery.yaml"
DOCUMENT: dict[str, Any] = (
    yaml.safe_load(FILE.read_text(encoding="utf-8"))
    if FILE.is_file()
    else {"policies": [], "queries": [], "tables": {}}
)
TABLES = {
    f"mydataset.{name}": {"columns": list(table["columns"].items()), "rows": table["rows"]}
    for name, table in DOCUMENT["tables"].items()
}
POLICIES = {policy["id"]: policy for policy in DOCUMENT["policies"]}
AMBIGUOUS = {"agg_join_any_ok", "agg_join_not_required_ok"}
"""Said to be accepted, but both tables of the join have the column `last_name` that these name without a table."""

EXPECTED = {"accept": Outcome.ALLOWED, "reject": Outcome.DENIED}


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
    view = {"name": "mydataset.ExamView", "table": "mydataset.ExamTable", "policy": case["policy"]}
    world = World.of(TABLES, [view] if case["policy"] is not None else [])
    for _ in range(int(re.match(r"\d+", case.get("run", "1"))[0]) - 1):  # type: ignore[index]
        assert world.run(case["sql"]).outcome is Outcome.ALLOWED
    sql = case["sql"]
    if case["id"] in AMBIGUOUS:
        assert {finding.check for finding in world.run(sql).findings} == {"ambiguous_column"}
        sql = sql.replace("DISTINCT last_name", "DISTINCT ExamView.last_name")
    before = world.asked(sql, Settings())
    if "result" in case:
        assert row_mismatches({"expected_rows": case["result"]}, world, before, TABLES) == []
    verdict = world.run(sql)
    assert verdict.outcome is EXPECTED[case["expect"]]
    assert case.get("error", service_text(verdict)) == service_text(verdict)
