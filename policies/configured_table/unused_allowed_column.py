"""A personal column that is allowed but not used by the rule."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.configured_table import ConfiguredTable
from policies.personal_data import Identification
from policies.policy import Policy, Severity, Violation
from policies.rules import aggregation, listing, personal
from policies.subjects import CONFIGURED_TABLES, Placed


def unused_allowed_column(placed: Placed[ConfiguredTable]) -> Iterator[Violation]:
    """A personal column that is allowed but not used by the rule.

    Why: Personal data has to be limited to what the purpose needs; a column that no query can use is only a
        risk.
    Avoid: `allowed_columns: [customer_id, birth_date]` with a rule that names `customer_id` only
    Prefer: `allowed_columns: [customer_id]`
    Source: https://gdpr-info.eu/art-5-gdpr/
    """
    table = placed.declaration
    rule = aggregation(table) or listing(table)
    if rule is None:
        return
    used = {column for _, column in rule.named_columns()}
    for index, name, pii in personal(table, table.allowed_columns, *Identification):
        if name not in used:
            message = f"column {name!r} holds {pii!r} and no category of the rule names it; take it off allowed_columns"
            yield Violation(("allowed_columns", index), message, name)


POLICY = Policy(unused_allowed_column, CONFIGURED_TABLES, Severity.LOW)
