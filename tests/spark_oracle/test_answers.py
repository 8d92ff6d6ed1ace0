"""For every question, the answer here is Spark's own answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.analysis_rules import judge
from simulator.verdict import Outcome
from tests.spark_oracle.comparing import (
    Question,
    chosen_by_chance,
    compare,
    duckdb_answers,
    offer,
    spark_answer,
    spark_answer_with_thresholds,
)
from tests.spark_oracle.questions import corpus_questions, outside_questions, own_questions, room_questions
from tests.spark_oracle.spark_engine import SparkEngine

pytestmark = pytest.mark.spark


def _all() -> Iterator[object]:
    for question in (*own_questions(), *corpus_questions(), *outside_questions(), *room_questions()):
        yield pytest.param(question, id=question.id)


QUESTIONS = list(_all())


def test_there_are_enough_questions() -> None:
    assert len(QUESTIONS) >= 100


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_answer_is_that_of_spark(spark: SparkEngine, question: Question) -> None:
    assert judge(question.request).outcome is Outcome.ALLOWED
    exact, limited = duckdb_answers(question)
    offer(spark, question)
    if chosen_by_chance(question):
        assert len(exact.rows) == len(spark_answer(spark, question).rows)
        return
    compare(exact, spark_answer(spark, question), ordered=question.ordered)
    if limited.rows != exact.rows:
        compare(limited, spark_answer_with_thresholds(spark, question), ordered=False)
