"""From a request to a verdict: bind the SQL, then ask every check of the rules that the tables have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from simulator.analysis_rules.aws.kinds import checks_for
from simulator.analysis_rules.bigquery.rules import CHECKS as BIGQUERY_CHECKS
from simulator.checks.context import Check, QueryContext
from simulator.request import AnalysisRequest
from simulator.sql.dialects import BIGQUERY
from simulator.sql.problems import COMMANDS_PAGE
from simulator.sql.resolving import resolve_script
from simulator.verdict import Basis, Finding, Verdict

_MOST = 50
"""Most findings of one check that are kept; further ones would add nothing but time."""


@dataclass(frozen=True, slots=True)
class RuleSet:
    """What a query is asked.

    Attributes:
        checks: The checks.
        in_order: Whether findings stay in the order of the checks, since the service reports only the first one; if
            not, they are told in the order of their places in the text.
    """

    checks: tuple[Check, ...]
    in_order: bool = False


BIGQUERY_RULES = RuleSet(BIGQUERY_CHECKS, in_order=True)
"""The rules of every query of BigQuery."""


def judge(request: AnalysisRequest) -> Verdict:
    """Tell whether *request* may run, and if not, why and by whose rule.

    The tables that the SQL reads decide which rules are asked; with several tables each table's rule must allow the
    query. SQL that cannot be parsed or bound is denied before any rule is asked. The same request always gives the
    same verdict.

    Args:
        request: The query, who runs it, and the tables of the collaboration with their rules.

    Returns:
        Allowed, denied or undocumented, with every finding that leads to it in the order of its place in the text; for
        BigQuery in the order of its checks, so that the first is what BigQuery would say.
    """
    return judge_context(QueryContext(request, resolve_script(request)))


def judge_context(context: QueryContext) -> Verdict:
    """Return the verdict on a query that is already bound."""
    if context.script.problems:
        return Verdict.of(context.script.problems)
    rules = asked_rules(context)
    try:
        findings = [finding for check in rules.checks for finding in _some(check(context))]
        return Verdict(tuple(dict.fromkeys(findings))) if rules.in_order else Verdict.of(findings)
    except RecursionError:
        # Thousands of operators in one expression: cheap to parse, too deep to follow.
        message = "an expression of the query nests too deeply; write it flatter"
        return Verdict.of([Finding("nesting_too_deep", message, COMMANDS_PAGE, Basis.ASSUMED)])


def asked_rules(context: QueryContext) -> RuleSet:
    """Return the rules that the query meets: the tables that it reads decide; in BigQuery all are asked."""
    if context.script.dialect == BIGQUERY:
        return BIGQUERY_RULES
    return RuleSet(checks_for(context.script.tables().values()))


def _some(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the first findings; however many rest on open questions, definite denials after them are not lost."""
    definite = unsettled = 0
    for finding in findings:
        if finding.setting is None:
            definite += 1
            yield finding
        elif unsettled < _MOST:
            unsettled += 1
            yield finding
        if definite == _MOST:
            return
