"""A pipe operator after a query means what the same clause around it means, as a derived table."""

from __future__ import annotations

import pytest

from simulator.sql.dialects import BIGQUERY, dialect_of
from tests.metamorphic.case_files import case_subjects
from tests.metamorphic.subjects import essence, judged

OPERATORS = {
    "WHERE TRUE": "SELECT * FROM ({}) WHERE TRUE",
    "JOIN mydataset.ExamTable USING (test_id)": "SELECT * FROM ({}) JOIN mydataset.ExamTable USING (test_id)",
    "AGGREGATE WITH AGGREGATION_THRESHOLD COUNT(*) AS counted GROUP BY test_id": (
        "SELECT WITH AGGREGATION_THRESHOLD test_id, COUNT(*) AS counted FROM ({}) GROUP BY test_id"
    ),
}


@pytest.mark.parametrize("operator", OPERATORS)
def test_pipe_is_a_clause_around_a_derived_table(operator: str) -> None:
    wrong = {}
    chosen = [
        subject
        for subject in case_subjects()
        if dialect_of(subject.request.engine) == BIGQUERY and "|>" not in subject.request.sql
    ]
    for subject in chosen:
        sql = subject.request.sql.strip().rstrip(";")
        piped = judged(subject.request, f"{sql} |> {operator}")
        nested = judged(subject.request, OPERATORS[operator].format(sql))
        if essence(piped) != essence(nested):
            wrong[subject.name] = f"{sql} |> {operator}"
    assert wrong == {}
    assert len(chosen) > 100
