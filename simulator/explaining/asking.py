"""The ways in which a member can put a query to a room: as ad hoc SQL, as a template, for one receiver or another."""

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
"""Stands for an analysis template that the member has yet to write."""
_MOST_LISTED = 3
"""Approved templates that are tried: what they let run differs only where tables list different ones."""


@dataclass(frozen=True, slots=True)
class Asking:
    """One way to put a query.

    Attributes:
        request: Everything but the SQL.
        described: The way in words, to follow "asked ".
    """

    request: AnalysisRequest
    described: str

    def ask(self, draft: Draft) -> Answer:
        """Judge *draft* when it is put this way."""
        sql = draft.sql()
        verdict = judge(replace(self.request, sql=sql))
        return Answer(verdict.outcome, sql, verdict.findings)


@dataclass(frozen=True, slots=True)
class Answer:
    """What `judge` said to one query.

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
        """Smaller is better: allowed, then undocumented, then denied for few reasons."""
        definite = sum(finding.setting is None for finding in self.findings)
        return (list(Outcome).index(self.outcome) if self.outcome is Outcome.ALLOWED else 1 + bool(definite), definite)


def askings(request: AnalysisRequest, member: str, tables: Iterable[Table]) -> Iterator[Asking]:
    """Yield the ways in which *member* can have a query over *tables* run, the plainest first.

    Args:
        request: The room: its tables, the query runner, the receivers. Its SQL and template are ignored.
        member: Account id of the member who wants to know.
        tables: The tables that the query reads; what their rules name is tried.
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
    # Those that most tables list come first: every table of a query has to list the template.
    return sorted(dict.fromkeys(names), key=names.count, reverse=True)[:_MOST_LISTED]
