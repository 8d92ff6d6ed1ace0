"""Markdown for a pull request: what fails first, what is waived folded away."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from policies.policy import Severity
from policies.reports.report import Finding, Report, Standing

_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~@&])")
_HEADINGS: Final = {
    Standing.FAILS: "Fails",
    Standing.UNKNOWN: "Not known yet",
    Standing.ADVISES: "Advice",
    Standing.WAIVED: "Waived",
}
_WORST_FIRST: Final = tuple(Severity)


def write(report: Report) -> str:
    """Return a summary with a table for every standing that occurs."""
    counts = ", ".join(f"{report.count(standing)} {standing.value}" for standing in Standing)
    verdict = "passes" if report.passes() else "does not pass"
    lines = [f"### Clean rooms: {verdict}", "", f"{report.extent}: {counts}."]
    for standing, heading in _HEADINGS.items():
        found = sorted(
            (finding for finding in report.findings if finding.standing is standing),
            key=lambda finding: _WORST_FIRST.index(finding.rule.severity),
        )
        if found:
            lines += ["", *_section(standing, heading, found)]
    lines += _pages(report)
    return "\n".join(lines) + "\n"


def _section(standing: Standing, heading: str, found: list[Finding]) -> Iterator[str]:
    if standing is Standing.WAIVED:
        yield f"<details><summary>{heading}: {len(found)}</summary>"
        yield ""
        yield from _table(found, "until, by, why", _excused)
        yield ""
        yield "</details>"
    else:
        yield f"#### {heading}: {len(found)}"
        yield ""
        yield from _table(found, "what", lambda finding: finding.message)


def _table(found: Iterable[Finding], last: str, cell: Callable[[Finding], str]) -> Iterator[str]:
    yield f"| severity | rule | where | {last} |"
    yield "|---|---|---|---|"
    for finding in found:
        place = f"{finding.location.file}:{finding.location.line}" if finding.location else finding.target
        text = cell(finding)
        yield f"| {finding.rule.severity} | {escaped(finding.rule.name)} | {escaped(place)} | {escaped(text)} |"


def _pages(report: Report) -> Iterator[str]:
    """Yield, folded away, what the broken rules are about: their titles, why they are there, what to write instead."""
    broken = {finding.rule.name: finding.rule for finding in report.findings if finding.standing is not Standing.WAIVED}
    if not broken:
        return
    yield from ("", "<details><summary>What the rules forbid, and why</summary>", "")
    for rule in broken.values():
        instead = f" {escaped(rule.help)}." if rule.help else ""
        source = f" [Source]({rule.source})" if rule.source.startswith("https://") else ""
        yield f"- **{escaped(rule.name)}**: {escaped(rule.title)}. {escaped(rule.why.rstrip('.'))}.{instead}{source}"
    yield from ("", "`cleanroom policy show NAME` shows the whole page, and how to waive a policy.", "", "</details>")


def _excused(finding: Finding) -> str:
    excuse = finding.excuse
    return f"{excuse.expires}, {excuse.owner}: {excuse.reason}" if excuse else ""


def escaped(text: str) -> str:
    """Return *text* as Markdown shows it literally, in one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
