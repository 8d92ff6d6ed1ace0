"""SARIF 2.1.0, which code hosts show beside the affected line.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from typing import Any, Final

from policies.policy import Severity
from policies.reports.report import Finding, Location, Report, Rule, Standing

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: Final = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
}
_SCORES: Final = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.0"}
"""What GitHub ranks alerts by: its bands are over 9 critical, 7 to 8.9 high, 4 to 6.9 medium, below low."""


def write(report: Report) -> str:
    """Return one SARIF log of one run. It declares every rule, so that a reader closes alerts that are fixed."""
    positions = {rule.name: index for index, rule in enumerate(report.rules)}
    driver = {
        "name": "cleanroom",
        "semanticVersion": version("cleanrooms-as-code"),
        "rules": [_rule(rule) for rule in report.rules],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, positions[finding.rule.name]) for finding in report.findings],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule(rule: Rule) -> dict[str, Any]:
    declared: dict[str, Any] = {
        "id": rule.name,
        "name": "".join(word.capitalize() for word in rule.name.split("_")),
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {"text": rule.help or rule.why},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"security-severity": _SCORES[rule.severity], "tags": ["privacy", rule.kind]},
    }
    if rule.source.startswith("https://"):
        declared["helpUri"] = rule.source
    return declared


def _result(finding: Finding, rule_index: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule.name,
        "ruleIndex": rule_index,
        "kind": "fail" if finding.known else "open",
        "level": _level(finding),
        "message": {"text": finding.message},
        "locations": [_location(finding)],
        "partialFingerprints": {"finding/v1": _fingerprint(finding)},
    }
    if excuse := finding.excuse:
        justification = f"{excuse.reason} (owner: {excuse.owner}; until {excuse.expires})"
        kind = "inSource" if excuse.in_source else "external"
        result["suppressions"] = [{"kind": kind, "status": "accepted", "justification": justification}]
    return result


def _level(finding: Finding) -> str:
    """Return the level; section 3.27.10 requires `none` for a result whose kind is not `fail`."""
    if not finding.known:
        return "none"
    return "note" if finding.standing is Standing.ADVISES else _LEVELS[finding.rule.severity]


def _location(finding: Finding) -> dict[str, Any]:
    found: dict[str, Any] = {"logicalLocations": [{"fullyQualifiedName": finding.target}]}
    if finding.location is not None:
        found["physicalLocation"] = _physical(finding.location)
    return found


def _physical(location: Location) -> dict[str, Any]:
    region = {
        "startLine": location.line,
        "startColumn": location.column,
        "endColumn": location.column + location.length,
    }
    return {"artifactLocation": {"uri": _uri(location.file)}, "region": region}


def _uri(file: str) -> str:
    from urllib.parse import quote

    return f"file://{quote(file)}" if file.startswith("/") else quote(file)


def _fingerprint(finding: Finding) -> str:
    """Return a fingerprint that does not depend on line numbers: of rule, target, part and message."""
    known = "\n".join((finding.rule.name, finding.target, finding.part or "", finding.message))
    return hashlib.sha256(known.encode()).hexdigest()[:32]
