"""Families are complete: every check is documented, asked and tested; every open question is used or said not to be."""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from pathlib import Path

import pytest

from declarations.room_checks import ROOM_CHECKS
from simulator.analysis_rules.aws.kinds import PARTS
from simulator.analysis_rules.bigquery import rules as bigquery
from simulator.checks.context import Check
from simulator.open_questions import bigquery as bigquery_questions
from simulator.privacy.mechanisms import MECHANISMS, Mechanism
from simulator.settings import QUESTIONS, Topic
from simulator.sql.problem_pages import PROBLEM_PAGES
from tests.yaml_text import from_yaml

ROOT = Path(__file__).parents[1]
KINDS = (*PARTS.values(), bigquery.CHECKS)
ASKED = {check.__name__: check for checks in KINDS for check in checks}


def _check_modules() -> list[str]:
    """Every module of simulator/checks that holds a function of its own name; the others are vocabulary."""
    names = sorted(path.stem for path in (ROOT / "simulator" / "checks").glob("*.py"))
    return [
        name for name in names if inspect.isfunction(getattr(import_module(f"simulator.checks.{name}"), name, None))
    ]


CHECKS = _check_modules()
VOCABULARY = {
    "context",
    "controls",
    "handed_up_users",
    "listed",
    "mapping",
    "private_charges",
    "private_relations",
    "proven_units",
    "privacy_units",
    "row_minimums",
    "unit_twins",
    "view_joins",
    "written_columns",
}
"""Modules of simulator/checks that are words of several checks. Any other without a function of its name is a slip."""


def test_a_misnamed_check_is_not_taken_for_vocabulary() -> None:
    files = {path.stem for path in (ROOT / "simulator" / "checks").glob("*.py")} - {"__init__"}
    assert files - set(CHECKS) == VOCABULARY


def test_every_check_is_asked() -> None:
    assert sorted(ASKED) == CHECKS


def test_no_page_of_a_problem_hides_that_of_a_check() -> None:
    """Both lie under their names; `test_pages.py` tries what the pages say."""
    assert not ASKED.keys() & PROBLEM_PAGES.keys()


@pytest.mark.parametrize("check", ASKED.values(), ids=ASKED)
def test_check_has_the_name_of_its_file(check: Check) -> None:
    assert check.__module__ == f"simulator.checks.{check.__name__}"


@pytest.mark.parametrize("name", CHECKS)
def test_check_has_cases_that_pass_and_fail(name: str) -> None:
    path = ROOT / "tests" / "cases" / "checks" / f"{name}.yml"
    assert path.is_file()
    cases = from_yaml(path.read_text())
    assert [case for case in cases if case.startswith("pass_")]
    assert [case for case in cases if case.startswith("fail_")]


def test_no_case_file_is_left_over() -> None:
    assert {path.stem for path in (ROOT / "tests" / "cases" / "checks").glob("*.yml")} <= set(CHECKS)


def test_no_check_stands_twice_in_a_kind() -> None:
    for checks in KINDS:
        assert len(set(checks)) == len(checks)


def test_open_questions_have_each_a_name_and_a_corpus_id() -> None:
    assert len({question.name for question in QUESTIONS}) == len(QUESTIONS)
    folder = ROOT / "tests" / "cases" / "corpus"
    files = ("aws-rules", "bigquery-rules", "bigquery-combinations")
    aws, *google = (from_yaml((folder / f"{name}.yaml").read_text()) for name in files)
    asked = [question.corpus_id for question in QUESTIONS if question not in bigquery_questions.QUESTIONS]
    assert [corpus_id for corpus_id in asked if corpus_id] == [entry["id"] for entry in aws["open"]]
    shown = {question.corpus_id for question in bigquery_questions.QUESTIONS} - {""}
    assert shown <= {case["id"] for cases in google for case in cases["cases"] if "contested" in case}


def test_questions_about_queries_are_asked_by_a_check_and_others_by_none() -> None:
    sources = "\n".join(path.read_text() for path in (ROOT / "simulator" / "checks").glob("*.py"))
    asked = {question.name for question in QUESTIONS if f'"{question.name}"' in sources}
    assert asked == {question.name for question in QUESTIONS if question.topic is Topic.QUERY}


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_mechanism_has_its_file_source_tests_and_statistics(mechanism: type[Mechanism]) -> None:
    module = mechanism.__module__.rpartition(".")[2]
    assert module == re.sub(r"(?<!^)(?=[A-Z])", "_", mechanism.__name__).lower()
    assert "Source: " in inspect.getsource(import_module(mechanism.__module__))
    assert (ROOT / "tests" / "simulator" / "privacy" / "mechanisms" / f"test_{module}.py").is_file()
    assert mechanism.__name__ in (ROOT / "tests" / "statistics" / "test_noise.py").read_text(encoding="utf-8")


def test_every_mechanism_file_is_registered() -> None:
    files = {path.stem for path in (ROOT / "simulator" / "privacy" / "mechanisms").glob("*.py")}
    assert files - {"__init__", "base"} == {mechanism.__module__.rpartition(".")[2] for mechanism in MECHANISMS}


def test_every_room_check_is_registered() -> None:
    """A public function of declarations/room_checks from a room to problems is a check; each is registered once."""
    found = set()
    for path in (ROOT / "declarations" / "room_checks").glob("*.py"):
        module = import_module(f"declarations.room_checks.{path.stem}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            is_check = "-> 'Iterator[Problem]'" in str(inspect.signature(function))
            if function.__module__ == module.__name__ and not name.startswith("_") and is_check:
                found.add(function)
    assert found == set(ROOM_CHECKS)
    assert len(set(ROOM_CHECKS)) == len(ROOM_CHECKS)
    assert all(inspect.getdoc(check) for check in ROOM_CHECKS)
