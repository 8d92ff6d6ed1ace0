"""JUnit XML, which CI servers show as tests: a suite a room, a test a rule and target.

Source: the schema that Jenkins and GitLab read (testsuites, testsuite, testcase, failure, skipped, system-out).
"""

from __future__ import annotations

import re
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from policies.reports.report import Asked, Report, Standing

_NOT_XML: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(report: Report) -> str:
    """Return one document. Advisory findings pass and appear in the test's output; waived ones count as skipped."""
    rooms = dict.fromkeys(asked.room for asked in report.asked)
    root = Element("testsuites", name="cleanroom")
    for room in rooms:
        _suite(root, room, [asked for asked in report.asked if asked.room == room])
    for name in ("tests", "failures", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    root.set("errors", "0")
    indent(root)
    return tostring(root, encoding="unicode", xml_declaration=True)


def _suite(root: Element, room: str, asked: list[Asked]) -> None:
    suite = SubElement(root, "testsuite", name=_clean(room), errors="0", tests=str(len(asked)))
    cases = [_case(suite, one) for one in asked]
    suite.set("failures", str(sum(case.find("failure") is not None for case in cases)))
    suite.set("skipped", str(sum(case.find("skipped") is not None for case in cases)))


def _case(suite: Element, asked: Asked) -> Element:
    case = SubElement(suite, "testcase", classname=_clean(asked.rule), name=_clean(asked.target), time="0")
    failed = [one for one in asked.findings if one.standing in {Standing.FAILS, Standing.UNKNOWN}]
    waived = [one for one in asked.findings if one.standing is Standing.WAIVED]
    advised = [one for one in asked.findings if one.standing is Standing.ADVISES]
    if failed:
        kind = ",".join(dict.fromkeys(finding.rule.name for finding in failed))
        failure = SubElement(case, "failure", message=_clean(failed[0].message), type=kind)
        failure.text = _clean("\n".join(finding.line for finding in failed))
    elif waived:
        SubElement(case, "skipped", message=_clean("; ".join(one.excuse.line for one in waived if one.excuse)))
    if advised:
        SubElement(case, "system-out").text = _clean("\n".join(finding.line for finding in advised))
    return case


def _clean(text: str) -> str:
    """Return *text* without what XML 1.0 cannot hold."""
    return _NOT_XML.sub("\ufffd", text)
