"""Answers to open questions."""

from __future__ import annotations

import pytest

from simulator.settings import QUESTIONS, Question, Reading, Settings, Topic, question_named


def test_unanswered_questions_are_unset() -> None:
    assert {Settings().reading(question.name) for question in QUESTIONS} == {Reading.UNSET}


def test_an_answer_is_returned() -> None:
    assert Settings({"self_join": Reading.PERMISSIVE}).reading("self_join") is Reading.PERMISSIVE


def test_an_answer_may_be_plain_text() -> None:
    assert Settings({"self_join": "strict"}).reading("self_join") is Reading.STRICT  # type: ignore[dict-item]


def test_a_misspelt_name_proposes_the_nearest() -> None:
    with pytest.raises(
        ValueError, match=r"^'betwen_in_where' is not an open question; did you mean 'between_in_where'\?$"
    ):
        Settings({"betwen_in_where": Reading.STRICT})


def test_a_strange_name_proposes_nothing() -> None:
    with pytest.raises(ValueError, match=r"^'zzz' is not an open question$"):
        Settings().reading("zzz")


@pytest.mark.parametrize("question", [each for each in QUESTIONS if each.topic is not Topic.QUERY])
def test_an_answer_that_would_change_nothing_is_refused(question: Question) -> None:
    with pytest.raises(ValueError, match=rf"^'{question.name}' cannot be set: its answer changes no verdict$"):
        Settings({question.name: Reading.PERMISSIVE})


def test_an_unknown_answer_names_the_answers() -> None:
    with pytest.raises(ValueError, match=r"^self_join: 'maybe' is not an answer; one of unset, strict, permissive$"):
        Settings({"self_join": "maybe"})  # type: ignore[dict-item]


def test_a_question_is_found_by_name() -> None:
    assert question_named("self_join").corpus_id == "OPEN-AGG-09"
