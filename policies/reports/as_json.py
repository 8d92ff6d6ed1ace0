"""The report for programs; its keys are documented in docs/policies.md and stay."""

from __future__ import annotations

import json
from typing import Any

from policies.reports.report import Excuse, Finding, Location, Report, Rule, Standing


def write(report: Report) -> str:
    """Return one JSON object."""
    return json.dumps(document(report), indent=2)


def document(report: Report) -> dict[str, Any]:
    """Return `rules`, `findings`, `asked` (how often), `standings` (how many of each) as JSON's values."""
    return {
        "rules": [_rule(rule) for rule in report.rules],
        "findings": [_finding(finding) for finding in report.findings],
        "asked": len(report.asked),
        "standings": {standing.value: report.count(standing) for standing in Standing},
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule.name,
        "standing": finding.standing.value,
        "severity": finding.rule.severity.value,
        "target": finding.target,
        "part": finding.part,
        "message": finding.message,
        "location": _location(finding.location),
        "waiver": _excuse(finding.excuse),
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "kind": rule.kind,
        "title": rule.title,
        "why": rule.why,
        "help": rule.help,
        "source": rule.source,
        "severity": rule.severity.value,
        "level": rule.level.value,
    }


def _location(location: Location | None) -> dict[str, Any] | None:
    if location is None:
        return None
    return {"file": location.file, "line": location.line, "column": location.column, "length": location.length}


def _excuse(excuse: Excuse | None) -> dict[str, Any] | None:
    if excuse is None:
        return None
    return {
        "reason": excuse.reason,
        "owner": excuse.owner,
        "expires": excuse.expires.isoformat(),
        "in_source": excuse.in_source,
    }
