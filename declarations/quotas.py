"""How many of each thing the service takes.

Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/clean-rooms-quotas.html
"""

from __future__ import annotations

from typing import NamedTuple


class Quota(NamedTuple):
    """A default limit.

    Attributes:
        limit: The most that is taken, inclusive.
        things: What is counted, for the message.
        adjustable: Whether the service raises it on request.
    """

    limit: int
    things: str
    adjustable: bool = False


QUOTAS = {
    "access_budget_templates": Quota(25, "access budget templates per collaboration"),
    "allowed_columns": Quota(100, "allowed columns per configured table"),
    "analysis_rule_kilobytes": Quota(100, "kilobytes of JSON per analysis rule"),
    "analysis_template_parameters": Quota(50, "parameters per analysis template"),
    "analysis_templates": Quota(100, "analysis templates per membership"),
    "configured_table_associations": Quota(25, "configured table associations per membership"),
    "configured_tables": Quota(250, "configured tables per account"),
    "intermediate_tables": Quota(25, "intermediate tables per membership"),
    "invited_members": Quota(5, "invited members per collaboration"),
    "query_text_kilobytes_legacy": Quota(90, "kilobytes of SQL on the CLEAN_ROOMS_SQL engine"),
    "query_text_kilobytes_spark": Quota(500, "kilobytes of SQL on the SPARK engine"),
    "tables_per_query": Quota(15, "configured tables per query", adjustable=True),
}
"""The quotas that a declaration or a query can exceed."""


def exceeded(quota: str, count: float) -> str | None:
    """Return the message for *count* things over a quota, or None within it.

    Args:
        quota: A key of QUOTAS.
        count: How many there are, in the quota's unit.
    """
    limit, things, adjustable = QUOTAS[quota]
    if count <= limit:
        return None
    return f"at most {limit} {things} are allowed{' by default (adjustable)' if adjustable else ''}; found {count:g}"
