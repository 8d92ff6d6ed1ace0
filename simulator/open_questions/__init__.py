"""The questions that the documentation of AWS Clean Rooms leaves open."""

from simulator.open_questions import aggregation_and_list, custom, tables_and_service
from simulator.open_questions.question import Question, Topic

__all__ = ["QUESTIONS", "Question", "Topic"]

QUESTIONS: tuple[Question, ...] = (
    *aggregation_and_list.QUESTIONS,
    *custom.QUESTIONS,
    *tables_and_service.QUESTIONS,
)
"""Every open question, once, in the order of the conformance cases."""
