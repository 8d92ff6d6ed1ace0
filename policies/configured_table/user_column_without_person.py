"""Differential privacy whose user column does not identify a person."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.configured_table import ConfiguredTable
from policies.personal_data import Identification
from policies.policy import Policy, Severity, Violation
from policies.rules import custom, personal
from policies.subjects import CONFIGURED_TABLES, Placed


def user_column_without_person(placed: Placed[ConfiguredTable]) -> Iterator[Violation]:
    """Differential privacy whose user column does not identify a person.

    Why: Noise hides one value of the user identifier column; if that is a basket, a person with many
        baskets shows through.
    Avoid: `differential_privacy: {columns: [{name: basket_id}]}`
    Prefer: the column that stands for the person
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/custom-diff-privacy.html
    """
    table = placed.declaration
    rule = custom(table)
    if rule is None or rule.differential_privacy is None:
        return
    name = rule.differential_privacy.columns[0].name
    if not any(personal(table, (name,), Identification.DIRECT, Identification.PSEUDONYM)):
        path = ("analysis_rule", "custom", "differential_privacy", "columns", 0, "name")
        message = (
            f"the user column {name!r} is not declared to stand for a person; name the one that is, or declare its pii"
        )
        yield Violation(path, message, name)


POLICY = Policy(user_column_without_person, CONFIGURED_TABLES, Severity.CRITICAL, waivable=False)
