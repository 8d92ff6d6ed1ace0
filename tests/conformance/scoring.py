"""Judging every case of a file and counting: right, wrong, undocumented, not covered."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from simulator.verdict import Verdict
from tests.conformance.bigquery_cases import KEYS as BIGQUERY_KEYS
from tests.conformance.bigquery_cases import judge_case, service_text
from tests.conformance.bigquery_reasons import reason_mismatch
from tests.conformance.bigquery_rows import row_mismatches
from tests.conformance.query_cases import UnknownKeysError, judge_query
from tests.yaml_text import from_yaml

_Judge = Callable[[Mapping[str, Any], Mapping[str, Any]], "Result"]

SECTIONS = ("cases", "config_cases", "result_cases", "open")
"""The lists of a case file that are judged, in this order."""


class Mark(StrEnum):
    """How a case came out."""

    RIGHT = "right"
    WRONG = "wrong"
    UNDOCUMENTED = "undocumented"
    """The verdict rests on an open question where the case knows the answer."""
    NOT_COVERED = "not covered"


@dataclass(frozen=True, slots=True)
class Result:
    """One case and how it came out.

    Attributes:
        id: The case.
        section: The list it stands in.
        mark: How it came out.
        expected: What the case says; "undocumented" for open ones.
        found: What was found.
        details: Why, one line each.
    """

    id: str
    section: str
    mark: Mark
    expected: str
    found: str
    details: tuple[str, ...] = ()


def judge_file(path: Path, only: str = "") -> list[Result]:
    """Judge the cases of a file whose id starts with *only*.

    Raises:
        OSError: The file cannot be read.
        ValueError: It is no YAML mapping.
    """
    try:
        document = from_yaml(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ValueError(f"{path} is not YAML: {error}") from error
    if not isinstance(document, dict):
        raise ValueError(f"{path} holds no mapping with {', '.join(SECTIONS)}")  # noqa: TRY004 - the file is wrong
    is_bigquery = any("views" in case for case in document.get("cases") or ())
    fixtures = document.get("tables" if is_bigquery else "table_fixtures") or {}
    judges = {**_JUDGES, "cases": _bigquery} if is_bigquery else _JUDGES
    return [
        _result(judges[section], section, case, fixtures)
        for section in SECTIONS
        for case in document.get(section) or ()
        if str(case.get("id", "")).startswith(only)
    ]


def _result(judge: _Judge, section: str, case: Mapping[str, Any], fixtures: Mapping[str, Any]) -> Result:
    try:
        return judge(case, fixtures)
    except UnknownKeysError as error:
        expected = str(case.get("verdict", ""))
        return Result(str(case.get("id", "?")), section, Mark.NOT_COVERED, expected, "-", (str(error),))
    except Exception as error:  # noqa: BLE001 - one case that cannot be judged must not hide how the others came out
        expected = str(case.get("verdict", case.get("returned_groups", "")))
        problem = f"cannot be judged: {type(error).__name__}: {error}"
        return Result(str(case.get("id", "?")), section, Mark.WRONG, expected, "error", (problem,))


def _query(case: Mapping[str, Any], fixtures: Mapping[str, Any]) -> Result:
    verdict = judge_query(case, fixtures)
    expected, found = str(case["verdict"]), str(verdict.outcome)
    mark = Mark.RIGHT if expected == found else Mark.UNDOCUMENTED if found == "undocumented" else Mark.WRONG
    return Result(case["id"], "cases", mark, expected, found, tuple(_lines(verdict)))


def _bigquery(case: Mapping[str, Any], tables: Mapping[str, Any]) -> Result:
    if unknown := sorted(set(case) - BIGQUERY_KEYS):
        raise UnknownKeysError("case", unknown)
    judged = judge_case(case, tables)
    verdict = judged.verdict
    expected, found, text = str(case["verdict"]), str(verdict.outcome), service_text(verdict)
    mark = Mark.RIGHT if expected == found else Mark.UNDOCUMENTED if found == "undocumented" else Mark.WRONG
    details = list(_lines(verdict))
    if "error" in case and case["error"] != text:
        mark = Mark.WRONG
        details.append(f"the text is {text!r}; expected {case['error']!r}")
    if mark is Mark.RIGHT and (problem := reason_mismatch(case, verdict)) is not None:
        mark = Mark.WRONG
        details.append(problem)
    if mark is Mark.RIGHT and found == "allowed":
        context = judged.world.asked(case["sql"], judged.settings)
        if differences := row_mismatches(case, judged.world, context, tables):
            mark = Mark.WRONG
            details += differences
    return Result(case["id"], "cases", mark, expected, found, tuple(details))


def _open(case: Mapping[str, Any], fixtures: Mapping[str, Any]) -> Result:
    if "sql" not in case:
        return Result(case["id"], "open", Mark.NOT_COVERED, "undocumented", "-", ("no SQL",))
    verdict = judge_query(case, fixtures)
    found = str(verdict.outcome)
    mark = Mark.RIGHT if found == "undocumented" else Mark.WRONG
    return Result(case["id"], "open", mark, "undocumented", found, tuple(_lines(verdict)))


def _config(case: Mapping[str, Any], _: Mapping[str, Any]) -> Result:
    expected = str(case["verdict"])
    if importlib.util.find_spec("tests.conformance.config_cases") is None:
        return Result(case["id"], "config_cases", Mark.NOT_COVERED, expected, "-")
    from tests.conformance.config_cases import judge_config

    found, details = _config_outcome(judge_config(case))
    mark = Mark.NOT_COVERED if found == "-" else Mark.RIGHT if found == expected else Mark.WRONG
    return Result(case["id"], "config_cases", mark, expected, found, details)


def _config_outcome(answer: object) -> tuple[str, tuple[str, ...]]:
    if isinstance(answer, Verdict):
        return str(answer.outcome), tuple(_lines(answer))
    if isinstance(answer, tuple):
        found, *rest = answer
        return str(found), tuple(
            str(line) for item in rest for line in (item if isinstance(item, (list, tuple)) else [item])
        )
    return ("-" if answer is None else str(answer)), ()


def _rows(case: Mapping[str, Any], _: Mapping[str, Any]) -> Result:
    from tests.conformance.result_cases import returned_groups

    expected = sorted(case["returned_groups"])
    found = returned_groups(case)
    if found is None:
        return Result(case["id"], "result_cases", Mark.NOT_COVERED, str(expected), "-")
    mark = Mark.RIGHT if sorted(found) == expected else Mark.WRONG
    return Result(case["id"], "result_cases", mark, str(expected), str(sorted(found)))


def _lines(verdict: Verdict) -> Iterator[str]:
    for finding in verdict.findings:
        place = f"{finding.span.line}:{finding.span.column} " if finding.span else ""
        setting = f" [{finding.setting}]" if finding.setting else ""
        yield f"{place}{finding.check}: {finding.message}{setting}"


_JUDGES: dict[str, _Judge] = {"cases": _query, "config_cases": _config, "result_cases": _rows, "open": _open}
