"""What commands print for programs: keys of ours are snake_case, values of the API stand below one key."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from tests.cli.calling import Cleanroom

pytestmark = pytest.mark.usefixtures("sample_rows")

AWS = "examples/complete_journey/measurement"
BIGQUERY = "examples/bigquery_exams"

KEYED_BY_DATA = {"aggregates", "functions", "owners", "remaining", "remaining_by_owner", "uses_left", "values_clamped"}
"""Their keys are names of functions, columns, tables or members."""

OTHERS_SHAPES = {"aws_sensitivity_parameters", "configuration_schema"}
"""What AWS's API answers, and JSON Schema."""


def keys(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            if key not in KEYED_BY_DATA | OTHERS_SHAPES:
                yield from keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner)


@pytest.mark.parametrize(
    "words",
    [
        f"check {AWS}",
        f"check {BIGQUERY}",
        f"diff {AWS} examples/complete_journey/reach",
        f"explain {AWS} transactions",
        f"explain {BIGQUERY} --queries",
        f"run {AWS} sales_by_week --dry-run",
        f"run {BIGQUERY} average_score --dry-run",
        f"budget {AWS} {BIGQUERY}",
        f"budget {AWS} -q sales_by_week --history",
        f"budget {BIGQUERY} -q average_score --history",
        f"plan {AWS} --paths 100",
        f"plan {BIGQUERY}",
        "policy list",
    ],
)
def test_keys_are_snake_case(cleanroom: Cleanroom, words: str) -> None:
    found = set(keys(json.loads(cleanroom(*words.split(), "--format", "json").stdout)))
    assert [key for key in sorted(found) if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", key)] == []


def test_sensitivity_parameters_are_as_the_api_answers_them(cleanroom: Cleanroom) -> None:
    outcome = cleanroom("run", AWS, "sales_by_week", "--dry-run", "--format", "json")
    first = json.loads(outcome.stdout)["differential_privacy"]["aws_sensitivity_parameters"][0]
    assert {"aggregationType", "aggregationExpression", "userContributionLimit"} <= set(first)
