"""The report of a whole run: policies and checks of queries, as rules of one kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from cli.check.results import Checked, JudgedQuery, JudgedRoom
from declarations.docstring_page import Page
from declarations.naming import did_you_mean
from policies.policy import Level, Severity
from policies.reports.report import QUERY, Asked, Finding, Location, Report, Rule, Standing
from simulator.analysis_rules.checks import check_pages
from simulator.verdict import Finding as QueryFinding


def _rule(name: str, page: Page) -> Rule:
    return Rule(name, page.title, page.why, page.help, page.source, Severity.HIGH, Level.MANDATORY, "check")


UNEXPECTED: Final = _rule(
    "unexpected_verdict",
    Page(
        "A verdict that is not the one the query's header expects",
        (),
        "The header says what its author knew about the query; either that or the query has changed since.",
        "`-- expect: allowed` above a query that is denied",
        "`-- expect: denied CHECK` above it, or a query that is allowed",
        "docs/verdicts.md",
    ),
)
"""A query whose author expected another verdict."""

CHECK_RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {name: _rule(name, page) for name, page in check_pages().items()} | {UNEXPECTED.name: UNEXPECTED}
)
"""Everything that can be found about a query, by name."""


def doubted(check: str | None) -> str:
    """Say in brackets that no check is called *check*, which a query's header expects; "" if one is."""
    if check is None or check in CHECK_RULES:
        return ""
    return f" (there is no check {check!r}{did_you_mean(check, CHECK_RULES)})"


def whole_report(checked: Checked) -> Report:
    """Return policies and queries in one report."""
    policies = checked.policies or Report((), ())
    queries = tuple(_asked(room, query) for room in checked.rooms for query in room.queries)
    return Report((*policies.rules, *CHECK_RULES.values()), (*policies.asked, *queries))


def lenient(report: Report, *, unknown_policies: bool, undocumented_queries: bool) -> Report:
    """Return *report* with what is not known as advice instead of a failure.

    Args:
        report: The report.
        unknown_policies: Whether policies that turn on an unknown value pass.
        undocumented_queries: Whether undocumented verdicts pass.
    """

    def told(asked: Asked) -> Asked:
        passes = undocumented_queries if asked.rule == QUERY else unknown_policies
        return replace(asked, findings=tuple(map(_advice, asked.findings))) if passes else asked

    return replace(report, asked=tuple(told(asked) if asked.findings else asked for asked in report.asked))


def _advice(finding: Finding) -> Finding:
    if finding.standing is not Standing.UNKNOWN:
        return finding
    return replace(finding, rule=replace(finding.rule, level=Level.ADVISORY))


def _asked(room: JudgedRoom, query: JudgedQuery) -> Asked:
    target = f"{room.title}/{query.name}"
    return Asked(room.title, QUERY, target, () if query.as_expected else tuple(_findings(query, target)))


def _findings(query: JudgedQuery, target: str) -> Iterator[Finding]:
    if query.expect and query.expect[0] != "allowed":
        expected = " ".join(word for word in query.expect if word)
        names = ", ".join(dict.fromkeys(finding.check for finding in query.verdict.findings))
        found = f"{query.verdict.outcome} ({names})" if names else query.verdict.outcome.value
        doubt = doubted(query.expect[1])
        message = f"the header expects '{expected}'{doubt}, and the verdict is {found}; mend the query or its header"
        yield Finding(UNEXPECTED, target, message, location=_location(query, None))
        return
    for one in query.verdict.findings:
        yield Finding(
            CHECK_RULES[one.check],
            target,
            one.message,
            known=one.setting is None,
            part=one.table,
            location=_location(query, one),
        )


def _location(query: JudgedQuery, finding: QueryFinding | None) -> Location | None:
    if query.file is None:
        return query.location
    lines = query.sql.split("\n")
    if finding is None or finding.span is None:
        return Location(query.file, 1, 1, max(1, len(lines[0])), lines[0])
    text = lines[finding.span.line - 1]
    length = max(1, min(finding.span.length, len(text) - finding.span.column + 1))
    return Location(query.file, finding.span.line, finding.span.column, length, text)
