"""How many of each thing the service takes: the only place where these numbers stand.

Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/clean-rooms-quotas.html
"""

from __future__ import annotations

from typing import NamedTuple

_PAGE = "userguide/clean-rooms-quotas"


class Quota(NamedTuple):
    """A default limit.

    Attributes:
        limit: The most that is taken, inclusive.
        things: What is counted, with its unit, for the message.
        source: Where the number comes from, and how it is read where that is not clear.
        adjustable: Whether the service raises it on request.
    """

    limit: int
    things: str
    source: str = _PAGE
    adjustable: bool = False


KILOBYTE = 1_000
"""Bytes of a kilobyte of a quota.

The page does not say whether they are 1,000 or 1,024; 1,000 is the strict reading, and the API's own limit of 500,000
characters beside the page's 500 KB agrees with it.
"""

_TEXT = f"{_PAGE}, API AnalysisTemplateText (500,000 characters, of which there are never more than bytes of UTF-8)"

_ASSUMED = "no page that is cited here; it bounds the work of a check"

QUOTAS = {
    "access_budget_templates": Quota(25, "access budget templates per collaboration"),
    "allowed_columns": Quota(100, "allowed columns per configured table"),
    "analysis_rule_bytes": Quota(100 * KILOBYTE, "bytes of JSON per analysis rule (100 KB)"),
    "analysis_template_parameters": Quota(50, "parameters per analysis template", "API AnalysisParameterList"),
    "analysis_templates": Quota(100, "analysis templates per membership"),
    "configured_table_associations": Quota(25, "configured table associations per membership"),
    "configured_tables": Quota(250, "configured tables per account"),
    "intermediate_tables": Quota(25, "intermediate tables per membership"),
    "invited_members": Quota(5, "invited members per collaboration"),
    "query_bytes_legacy": Quota(90 * KILOBYTE, "bytes of SQL on the CLEAN_ROOMS_SQL engine (90 KB)"),
    "query_bytes_spark": Quota(500 * KILOBYTE, "bytes of SQL on the SPARK engine (500 KB)", _TEXT),
    "query_bytes_bigquery": Quota(1_000 * KILOBYTE, "bytes of GoogleSQL (1 MB)", _ASSUMED),
    "shared_resources": Quota(100, "views with a policy per BigQuery clean room", "bigquery/docs/data-clean-rooms"),
    "tables_per_query": Quota(15, "tables per query", adjustable=True),
}
"""The quotas that a declaration or a query can exceed."""


def query_bytes_quota(engine: str) -> str:
    """Return the name of the quota of *engine* on the length of SQL; Spark's for unknown engines."""
    names = {"CLEAN_ROOMS_SQL": "query_bytes_legacy", "BIGQUERY": "query_bytes_bigquery"}
    return names.get(engine, "query_bytes_spark")


def exceeded(quota: str, count: int) -> str | None:
    """Return the message for *count* things over a quota, or None within it.

    Args:
        quota: A key of QUOTAS.
        count: How many there are, in the quota's unit.
    """
    limit, things, _, adjustable = QUOTAS[quota]
    if count <= limit:
        return None
    by_default = " by default (adjustable)" if adjustable else ""
    return f"at most {limit:,} {things} are allowed{by_default}; found {count:,}"
