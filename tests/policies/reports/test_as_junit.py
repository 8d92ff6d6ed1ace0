"""JUnit XML, as CI servers read it."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from policies.reports.as_junit import write
from policies.reports.report import Report
from tests.policies.reports.samples import EMPTY, REPORT


def _root(report: Report = REPORT) -> ET.Element:
    return ET.fromstring(write(report))  # noqa: S314 - our own document


def test_a_suite_a_room_and_a_case_a_question() -> None:
    root = _root()
    assert [suite.get("name") for suite in root] == ["reach", "other"]
    assert {name: root.get(name) for name in ("tests", "failures", "skipped", "errors")} == {
        "tests": "6",
        "failures": "2",
        "skipped": "2",
        "errors": "0",
    }
    cases = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert cases[0] == ("low_minimum", "reach/1/configured_tables/orders")


def test_counts_of_a_suite_add_up() -> None:
    suites = list(_root())
    assert len(suites) == 2
    for suite in suites:
        assert suite.get("tests") == str(len(suite))
        assert suite.get("failures") == str(len(list(suite.iter("failure"))))
        assert suite.get("skipped") == str(len(list(suite.iter("skipped"))))


def test_what_cannot_stand_in_xml_is_replaced() -> None:
    failure = next(_root().iter("failure"))
    assert failure.text == (
        "rooms/a b/room.yaml:12:9: low_minimum: 100% <of> the | rows, \"all\" & 'some': see\nline two \ufffd"
    )


def test_advice_passes_and_waived_is_skipped() -> None:
    cases = {case.get("classname"): case for case in _root()[0]}
    assert [part.tag for part in cases["payer"]] == ["system-out"]
    [skipped] = cases["personal"]
    assert (skipped.tag, skipped.get("message")) == ("skipped", "waived until 2027-03-31 by DPO: a *pilot*")


def test_nothing_asked() -> None:
    assert _root(EMPTY).get("tests") == "0"
