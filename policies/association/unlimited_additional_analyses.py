"""Rows about people that may feed any additional analysis."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.association import ConfiguredTableAssociation
from declarations.rule_vocabulary import AdditionalAnalyses
from policies.policy import Policy, Severity, Violation
from policies.rules import associated_table, custom, identifies_people
from policies.subjects import ASSOCIATIONS, Placed


def unlimited_additional_analyses(placed: Placed[ConfiguredTableAssociation]) -> Iterator[Violation]:
    """Rows about people that may feed any additional analysis.

    Why: What a lookalike model or a trained model learns leaves the control of thresholds and noise; the owner
        can name the models that may learn.
    Avoid: `additional_analyses: ALLOWED` without `allowed_additional_analyses`, or with `*` in it
    Prefer: `additional_analyses: NOT_ALLOWED`; or the ARNs of the models in `allowed_additional_analyses`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/add-collaboration-analysis-rule.html
    """
    table = associated_table(placed)
    if table.rule is None or not identifies_people(table):
        return
    stated = table.rule.additional_analyses
    if stated not in {AdditionalAnalyses.ALLOWED, AdditionalAnalyses.REQUIRED}:
        return
    own, shared = custom(table), placed.declaration.rule
    named = [own.allowed_additional_analyses if own else None, shared.allowed_additional_analyses if shared else None]
    models = next((one for one in named if one is not None), ("*",))
    if any("*" in model for model in models):
        message = f"additional_analyses of the table is {stated.value!r}, for any model; name the models"
        yield Violation(("analysis_rule",), f"{message} in allowed_additional_analyses, or say 'NOT_ALLOWED'")


POLICY = Policy(unlimited_additional_analyses, ASSOCIATIONS, Severity.MEDIUM)
