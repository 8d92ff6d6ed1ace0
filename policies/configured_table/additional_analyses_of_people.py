"""Rows about people that may go on into another analysis."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.configured_table import ConfiguredTable
from declarations.rule_vocabulary import AdditionalAnalyses
from policies.policy import Policy, Severity, Violation
from policies.rules import identifies_people
from policies.subjects import CONFIGURED_TABLES, Placed


def additional_analyses_of_people(placed: Placed[ConfiguredTable]) -> Iterator[Violation]:
    """Rows about people that may go on into another analysis.

    Why: What a lookalike model or a trained model learns leaves the control of thresholds and noise.
    Avoid: `additional_analyses: ALLOWED`
    Prefer: `additional_analyses: NOT_ALLOWED`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/additional-analyses.html
    """
    table = placed.declaration
    if table.analysis_rule is None or not identifies_people(table):
        return
    found = table.analysis_rule.rule.additional_analyses
    if found in {AdditionalAnalyses.ALLOWED, AdditionalAnalyses.REQUIRED}:
        message = f"additional_analyses is {found.value!r}: results may feed another analysis; set it to 'NOT_ALLOWED'"
        yield Violation(("analysis_rule", table.analysis_rule.kind, "additional_analyses"), message)


POLICY = Policy(additional_analyses_of_people, CONFIGURED_TABLES, Severity.MEDIUM)
