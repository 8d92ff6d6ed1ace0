"""Every check against its case file, `tests/cases/checks/<check>.yml`.

A case file holds `check`, `source`, optionally `tables` (the default for its cases) and `table_fixtures` (beside those
of the conformance cases), and cases named `pass_...` and `fail_...`. A case has `sql`, and may have whatever a
conformance case may have (tables, engine, query_runner, parameters, context, ...). A failing case also has the exact
`message` (or `messages`, when the check reports several) and the `line` of the first, counted from 1, or null when
the finding is about the whole query; with `setting` it rests on that open question.

A file of a BigQuery check holds `views` in place of `tables`, over the tables of the BigQuery conformance cases; its
cases may state `views` of their own, and `left`: what a view's budget has left, as [epsilon, delta]. A case with
`views` in a file with `tables` is one of BigQuery, too.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from simulator.settings import Reading, Settings
from simulator.verdict import Finding
from tests.simulator.checks.case_files import CASES, EXPECTATIONS, FILE_KEYS, asked
from tests.yaml_text import from_yaml


def _cases() -> list[Any]:
    found = []
    for path in sorted((CASES / "checks").glob("*.yml")):
        document = from_yaml(path.read_text())
        for name, case in document.items():
            if name not in FILE_KEYS:
                found.append(pytest.param(document, name, case, id=f"{path.stem}-{name}"))
    return found


def _findings(document: dict[str, Any], case: dict[str, Any], settings: Settings) -> list[Finding]:
    check = getattr(import_module(f"simulator.checks.{document['check']}"), document["check"])
    return list(check(asked(document, case, settings)))


@pytest.mark.parametrize(("document", "name", "case"), _cases())
def test_case(document: dict[str, Any], name: str, case: dict[str, Any]) -> None:
    """A passing case gives no finding of its check; a failing one gives exactly the messages it states."""
    findings = _findings(document, case, Settings())
    if name.startswith("pass_"):
        assert set(case).isdisjoint(EXPECTATIONS)
        assert [finding.message for finding in findings] == []
        return
    assert name.startswith("fail_"), "a case is named pass_... or fail_..."
    expected = case.get("messages") or [case["message"]]
    assert [finding.message for finding in findings] == expected
    assert (findings[0].span.line if findings[0].span else None) == case["line"]
    assert {finding.setting for finding in findings} == {case.get("setting")}


@pytest.mark.parametrize(("document", "name", "case"), [case for case in _cases() if "setting" in case.values[2]])
def test_open_question_is_answered_by_its_setting(document: dict[str, Any], name: str, case: dict[str, Any]) -> None:
    """The strict answer denies for good; the permissive one says nothing more."""
    strict = _findings(document, case, Settings({case["setting"]: Reading.STRICT}))
    assert {finding.setting for finding in strict} == {None}
    assert _findings(document, case, Settings({case["setting"]: Reading.PERMISSIVE})) == []


@pytest.mark.parametrize("path", sorted((CASES / "checks").glob("*.yml")), ids=lambda path: path.stem)
def test_file_is_named_after_its_check(path: Path) -> None:
    document = from_yaml(path.read_text())
    assert document["check"] == path.stem
    assert document["source"].startswith("https://")
