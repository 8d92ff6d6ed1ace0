"""The report for a terminal or a log: target by target, the worst first, the line that each finding is about."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from policies.policy import Severity
from policies.reports.report import Finding, Location, Report, Standing

WIDTH: Final = 80
"""Columns to which messages are filled and lines of files are cut."""

_WORST_FIRST: Final = tuple(Severity)
_BY_WORST: Final = tuple(Standing).index
_WORDS: Final = {
    Standing.FAILS: "failed",
    Standing.UNKNOWN: "not known",
    Standing.ADVISES: "advised",
    Standing.WAIVED: "waived",
}
_HINT: Final = "cleanroom policy show NAME: why a policy is there, and how to waive it"


def write(report: Report) -> str:
    """Return the findings that are not waived, and one line of counts."""
    shown = [finding for finding in report.findings if finding.standing is not Standing.WAIVED]
    shown.sort(key=lambda finding: (finding.target, _WORST_FIRST.index(finding.rule.severity)))
    lines: list[str] = []
    target = None
    for finding in shown:
        if finding.target != target:
            target = finding.target
            lines += [target]
        lines += [*_told(finding), ""]
    if any(finding.rule.kind == "policy" for finding in shown):
        lines += [_HINT, ""]
    return "\n".join([*lines, summary(report)])


def summary(report: Report) -> str:
    """Return one line: how much was asked and how each stands by its worst finding; findings apart, where more."""
    worst = [
        min((finding.standing for finding in asked.findings), key=_BY_WORST) for asked in report.asked if asked.findings
    ]
    counts = [f"{worst.count(standing)} {_WORDS[standing]}" for standing in Standing if standing in worst]
    passed = len(report.asked) - len(worst)
    told = f"{report.extent}: {', '.join([f'{passed} passed', *counts])}"
    findings = [f"{report.count(standing)} {_WORDS[standing]}" for standing in Standing if report.count(standing)]
    return told if findings == counts else f"{told}; findings: {', '.join(findings)}"


def _told(finding: Finding) -> Iterator[str]:
    place = f"{finding.location.file}:{finding.location.line}:{finding.location.column}: " if finding.location else ""
    standing = "" if finding.standing is Standing.FAILS else f", {_WORDS[finding.standing]}"
    doubt = ", not known" if finding.standing is Standing.ADVISES and not finding.known else ""
    yield f"  {place}{finding.rule.name} ({finding.rule.severity}{standing}{doubt})"
    if finding.location and finding.location.text:
        yield from _underlined(finding.location)
    yield from textwrap.wrap(
        finding.message,
        WIDTH,
        initial_indent="    ",
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _underlined(location: Location) -> Iterator[str]:
    """Yield the line and a mark below it, cut so that both fit."""
    margin = f"  {location.line:>5} | "
    room = WIDTH - len(margin)
    start = max(0, min(location.column - 1 - room // 2, len(location.text) - room))
    text = "".join(letter if letter.isprintable() else " " for letter in location.text[start : start + room])
    column = location.column - 1 - start
    length = max(1, min(location.length, room - column))
    yield f"{margin}{text}".rstrip()
    yield f"{'| ':>{len(margin)}}{'':>{column}}{'^' * length}"
