"""The report for a terminal or a log: target by target, the worst first."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from policies.policy import Severity
from policies.reports.report import Finding, Report, Standing

WIDTH = 100
"""Columns to which messages are filled."""


def write(report: Report) -> str:
    """Return the findings that are not waived, and one line of counts."""
    shown = [finding for finding in report.findings if finding.standing is not Standing.WAIVED]
    shown.sort(key=lambda finding: (finding.target, list(Severity).index(finding.rule.severity)))
    lines: list[str] = []
    target = None
    for finding in shown:
        if finding.target != target:
            target = finding.target
            lines += ["", target]
        lines += _told(finding)
    lines += ["", summary(report)]
    return "\n".join(lines).lstrip("\n")


def summary(report: Report) -> str:
    """Return one line: how much was asked, and how it stands."""
    passed = sum(not asked.findings for asked in report.asked)
    counts = [f"{report.count(standing)} {_WORDS[standing]}" for standing in Standing if report.count(standing)]
    return f"{len(report.asked)} asked of {len(report.rules)} policies: {', '.join([f'{passed} passed', *counts])}"


_WORDS = {
    Standing.FAILS: "failed",
    Standing.UNKNOWN: "not known",
    Standing.ADVISES: "advised",
    Standing.WAIVED: "waived",
}


def _told(finding: Finding) -> Iterator[str]:
    place = f"{finding.location.file}:{finding.location.line}:{finding.location.column}: " if finding.location else ""
    standing = "" if finding.standing is Standing.FAILS else f", {_WORDS[finding.standing]}"
    yield f"  {place}{finding.rule.name} ({finding.rule.severity}{standing})"
    yield from textwrap.wrap(
        finding.message,
        WIDTH,
        initial_indent="    ",
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )
