"""The questions that the documentation of AWS Clean Rooms and of BigQuery's analysis rules leaves open."""

from simulator.open_questions import aggregation_and_list, bigquery, custom, tables_and_service
from simulator.open_questions.question import Question, Topic

__all__ = ["QUESTIONS", "Question", "Topic"]

QUESTIONS: tuple[Question, ...] = (
    *aggregation_and_list.QUESTIONS,
    *custom.QUESTIONS,
    *tables_and_service.QUESTIONS,
    *bigquery.QUESTIONS,
)
"""Every open question, once: those of AWS in the order of the conformance cases, then those of BigQuery."""
