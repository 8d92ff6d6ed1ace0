"""A defect of ours is raised where someone can mend it, and is never told as a property of the query."""

from __future__ import annotations

import pytest
from sqlglot.dialects.dialect import Dialect

from simulator.sql import parsing, resolving
from simulator.sql.own_defects import why_not_followed
from simulator.sql.resolving import resolve_script
from tests.sql_requests import request

STEPS = pytest.mark.parametrize(
    ("module", "step"), [(resolving, "bind_query"), (resolving, "report_lost_words"), (parsing, "without_comments")]
)


def _fail(*_: object, **__: object) -> None:
    raise TypeError("a defect")


@STEPS
def test_a_defect_is_raised_for_those_who_mend_it(monkeypatch: pytest.MonkeyPatch, module: object, step: str) -> None:
    monkeypatch.setattr(module, step, _fail)
    monkeypatch.setenv("CLEANROOM_DEBUG", "1")
    with pytest.raises(TypeError, match=r"^a defect$"):
        resolve_script(request("SELECT 1"))


@STEPS
def test_a_defect_allows_nothing_and_is_told_as_ours(
    monkeypatch: pytest.MonkeyPatch, module: object, step: str
) -> None:
    monkeypatch.setattr(module, step, _fail)
    monkeypatch.delenv("CLEANROOM_DEBUG")
    (problem,) = resolve_script(request("SELECT 1")).problems
    told = "cleanroom itself failed at the query (TypeError), so it is not allowed; CLEANROOM_DEBUG=1 shows where"
    assert problem.message.removeprefix("not valid SQL: ") == told


def test_what_the_parser_raises_is_told_of_the_query(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEANROOM_DEBUG", "1")
    with pytest.raises(TypeError) as caught:
        Dialect.get_or_raise("spark").tokenize(3)
    told = "the query cannot be followed (TypeError); write it in another way"
    assert why_not_followed(caught.value) == told
