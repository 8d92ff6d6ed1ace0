"""The ways in which a member can submit a query to a room: as ad hoc SQL or a template, for one receiver or another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from declarations.custom_rule import CustomControls
from declarations.rule_vocabulary import WILDCARDS
from simulator.analysis_rules import judge
from simulator.explaining.draft import Draft
from simulator.request import AnalysisRequest, Table
from simulator.verdict import Finding, Outcome

NEW_TEMPLATE = "template:new"
"""Name of a hypothetical analysis template that the member has yet to write."""
_MOST_LISTED = 3
"""Number of approved templates to try: their verdicts differ only if tables list different ones."""


@dataclass(frozen=True, slots=True)
class Asking:
    """One way to submit a query.

    Attributes:
        request: The request without its SQL.
        described: The way in words, to follow "asked ".
    """

    request: AnalysisRequest
    described: str

    def ask(self, draft: Draft) -> Answer:
        """Judge *draft* when it is submitted this way."""
        sql = draft.sql()
        verdict = judge(replace(self.request, sql=sql))
        return Answer(verdict.outcome, sql, verdict.findings)


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of `judge` to one query.

    Attributes:
        outcome: The verdict.
        sql: The query.
        findings: Why it is not, or not surely, allowed.
    """

    outcome: Outcome
    sql: str
    findings: tuple[Finding, ...]

    @property
    def rank(self) -> tuple[int, int]:
        """Order of answers, smaller is better: allowed, then undocumented, then denied for the fewest reasons."""
        definite = sum(finding.setting is None for finding in self.findings)
        return (list(Outcome).index(self.outcome) if self.outcome is Outcome.ALLOWED else 1 + bool(definite), definite)


def askings(request: AnalysisRequest, member: str, tables: Iterable[Table]) -> Iterator[Asking]:
    """Yield the ways in which *member* can submit a query over *tables*, the simplest first.

    Args:
        request: The room: its tables, the query runner, the receivers. Its SQL and template are ignored.
        member: Account id of the member.
        tables: The tables that the query reads; the receivers, analyses and templates in their rules are tried.
    """
    used = list(tables)
    plain = replace(request, sql="", template_arn=None, template_author=None, parameters={})
    for analysis in _analyses(plain, used):
        for receivers in _receivers(analysis, used):
            yield from _written(receivers, member, used)


def _written(asking: Asking, member: str, tables: list[Table]) -> Iterator[Asking]:
    request, suffix = asking.request, asking.described
    yield Asking(replace(request, submitted_by=member), f"as ad hoc SQL{suffix}")
    own = replace(request, submitted_by=None, template_arn=NEW_TEMPLATE, template_author=member)
    yield Asking(own, f"as an analysis template of this member{suffix}")
    for name in _listed_templates(tables):
        approved = replace(request, submitted_by=None, template_arn=name)
        yield Asking(approved, f"as an approved analysis template, such as {name}{suffix}")


def _analyses(request: AnalysisRequest, tables: list[Table]) -> Iterator[Asking]:
    yield Asking(replace(request, analysis_type="DIRECT_ANALYSIS", additional_analysis_arn=None), "")
    for arn in dict.fromkeys(arn for table in tables for arn in _additional_analyses(table)):
        changed = replace(request, analysis_type="ADDITIONAL_ANALYSIS", additional_analysis_arn=arn)
        yield Asking(changed, f", for the additional analysis {arn}")


def _additional_analyses(table: Table) -> tuple[str, ...]:
    if table.association_rule is not None:
        return table.association_rule.allowed_additional_analyses or ()
    return table.inherited.allowed_additional_analyses or () if table.inherited is not None else ()


def _receivers(asking: Asking, tables: list[Table]) -> Iterator[Asking]:
    yield asking
    listed = (table.association_rule.allowed_result_receivers or () for table in tables if table.association_rule)
    able = asking.request.receivers
    for account in dict.fromkeys(account for receivers in listed for account in receivers):
        if able is None or account in able:
            changed = replace(asking.request, result_receivers=(account,))
            yield Asking(changed, f"{asking.described}, with {account} as receiver")


def _listed_templates(tables: list[Table]) -> list[str]:
    rules = [table.rule for table in tables if isinstance(table.rule, CustomControls)]
    names = [name for rule in rules for name in rule.allowed_analyses or () if name not in WILDCARDS]
    # Templates that most tables list come first: every table of a query has to list the template.
    return sorted(dict.fromkeys(names), key=names.count, reverse=True)[:_MOST_LISTED]
