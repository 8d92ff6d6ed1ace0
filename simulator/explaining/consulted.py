"""Explains one query: which checks were applied, the documentation of each, and what it found."""

from __future__ import annotations

from dataclasses import dataclass

from declarations.docstring_page import page_of
from simulator.analysis_rules import asked_rules, judge_context
from simulator.analysis_rules.bigquery.rules import CHECKS as BIGQUERY_CHECKS
from simulator.analysis_rules.checks import ALL_PARTS
from simulator.checks.context import Check, QueryContext
from simulator.request import AnalysisRequest
from simulator.sql.dialects import BIGQUERY
from simulator.sql.resolving import resolve_script
from simulator.verdict import Finding, Verdict


@dataclass(frozen=True, slots=True)
class Clause:
    """One check that was applied to a query.

    Attributes:
        check: Its name, which is also its file.
        parts: The parts of the rules that include it, e.g. "list rule".
        about: What it forbids, in one sentence.
        page: Address of the documentation page on which it is based.
        findings: Its findings; empty when the query passed.
    """

    check: str
    parts: tuple[str, ...]
    about: str
    page: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Consulted:
    """The verdict on one query, with all checks that were applied.

    Attributes:
        verdict: The verdict of `judge`.
        tables: SQL names of the tables that it reads.
        clauses: The checks in the order in which they were applied; empty when the SQL could not be resolved.
    """

    verdict: Verdict
    tables: tuple[str, ...]
    clauses: tuple[Clause, ...]

    @property
    def before_rules(self) -> tuple[Finding, ...]:
        """Findings that no check made, such as SQL that cannot be parsed or names that do not exist."""
        asked = {clause.check for clause in self.clauses}
        return tuple(finding for finding in self.verdict.findings if finding.check not in asked)


def consulted(request: AnalysisRequest) -> Consulted:
    """Judge *request*, and return the verdict with the checks that were applied."""
    context = QueryContext(request, resolve_script(request))
    verdict = judge_context(context)
    tables = context.script.tables()
    checks = () if context.script.problems else asked_rules(context).checks
    names, in_bigquery = tuple(table.name for table in tables.values()), context.script.dialect == BIGQUERY
    return Consulted(verdict, names, tuple(_clause(check, verdict, in_bigquery=in_bigquery) for check in checks))


def _clause(check: Check, verdict: Verdict, *, in_bigquery: bool) -> Clause:
    page = page_of(check)
    return Clause(
        check=check.__name__,
        parts=tuple(
            name for name, checks in ALL_PARTS.items() if check in checks and (checks is BIGQUERY_CHECKS) is in_bigquery
        ),
        about=f"{page.title}.",
        page=page.source,
        findings=tuple(finding for finding in verdict.findings if finding.check == check.__name__),
    )
