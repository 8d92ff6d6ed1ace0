"""Workflow commands, which GitHub Actions shows as annotations of a pull request.

Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from typing import Final

from policies.reports.report import Finding, Report, Standing

_COMMANDS: Final = {
    Standing.FAILS: "error",
    Standing.UNKNOWN: "error",
    Standing.ADVISES: "warning",
    Standing.WAIVED: "notice",
}


def write(report: Report) -> str:
    """Return one command a finding."""
    return "\n".join(_command(finding) for finding in report.findings)


def _command(finding: Finding) -> str:
    properties = {"title": finding.rule.name}
    if place := finding.location:
        properties |= {
            "file": place.file,
            "line": str(place.line),
            "col": str(place.column),
            "endColumn": str(place.column + place.length),
        }
    named = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    excuse = finding.excuse
    waived = f" (waived until {excuse.expires} by {excuse.owner}: {excuse.reason})" if excuse else ""
    return f"::{_COMMANDS[finding.standing]} {named}::{_data(f'{finding.target}: {finding.message}{waived}')}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
