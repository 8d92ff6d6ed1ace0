"""A join restriction that names no column where it must."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.bigquery.privacy_policy import JoinCondition
from simulator.checks.context import QueryContext
from simulator.checks.view_joins import JOIN_PAGE, occurrences
from simulator.verdict import Finding

_TEXT = "At least one allowed column must be specified with join_condition = 'JOIN_NOT_REQUIRED'."


def join_policy_without_columns(context: QueryContext) -> Iterator[Finding]:
    """A view with JOIN_NOT_REQUIRED and no join_allowed_columns.

    Why: BigQuery lets such a view be created, and then refuses every query on it, with or without a join.
    Avoid: `"join_condition": "JOIN_NOT_REQUIRED"` alone
    Prefer: `"join_condition": "JOIN_NOT_REQUIRED", "join_allowed_columns": ["test_score"]`
    Source: https://docs.cloud.google.com/bigquery/docs/analysis-rules#join_restriction_policy
    """
    for occurrence in occurrences(context):
        restriction, table = occurrence.restriction, occurrence.source.table
        if restriction.join_condition is JoinCondition.JOIN_NOT_REQUIRED and not restriction.columns and table:
            message = f"the policy of '{table.name}' states JOIN_NOT_REQUIRED without columns, so no query on it runs"
            at = occurrence.source.node
            yield from context.deny(
                join_policy_without_columns, message, JOIN_PAGE, at=at, table=table, service_message=_TEXT
            )
