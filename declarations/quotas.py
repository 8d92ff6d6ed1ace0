"""The service's quotas, and the only place where these numbers are written.

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
        source: Where the number comes from, and how it is interpreted where the source is ambiguous.
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

_ML_PAGE = "userguide/clean-rooms-ml-quotas"
_MACIE_PAGE = "Macie userguide/macie-quotas"
_MACIE_JOB = "Macie API CreateClassificationJob"
_MACIE_IDENTIFIER = "Macie API CreateCustomDataIdentifier"
_TEXT = f"{_PAGE}, API AnalysisTemplateText (500,000 characters, of which there are never more than bytes of UTF-8)"

_ASSUMED = "no page that is cited here; it bounds the work of a check"

QUOTAS = {
    "access_budget_templates": Quota(25, "access budget templates per collaboration"),
    "allowed_columns": Quota(100, "allowed columns per configured table"),
    "analysis_rule_bytes": Quota(100 * KILOBYTE, "bytes of JSON per analysis rule (100 KB)"),
    "analysis_template_parameters": Quota(50, "parameters per analysis template", "API AnalysisParameterList"),
    "analysis_templates": Quota(100, "analysis templates per membership"),
    "audience_export_jobs": Quota(25, "audience export jobs per audience generation job", _ML_PAGE),
    "configured_audience_model_associations": Quota(
        5, "configured audience model associations per membership", adjustable=True
    ),
    "configured_model_algorithm_associations": Quota(
        1000, "configured model algorithm associations per membership", _ML_PAGE
    ),
    "configured_model_algorithms": Quota(1000, "configured model algorithms per account", _ML_PAGE),
    "configured_table_associations": Quota(25, "configured table associations per membership"),
    "configured_tables": Quota(250, "configured tables per account"),
    "intermediate_tables": Quota(25, "intermediate tables per membership"),
    "invited_members": Quota(5, "invited members per collaboration"),
    "macie_allow_lists": Quota(10, "allow lists per account", _MACIE_PAGE),
    "macie_allow_lists_of_a_kind": Quota(5, "allow lists of words, or of expressions, per account", _MACIE_PAGE),
    "macie_allow_lists_per_job": Quota(10, "allow lists per classification job", _MACIE_PAGE),
    "macie_buckets_per_job": Quota(1_000, "buckets per classification job", _MACIE_PAGE),
    "macie_custom_identifiers": Quota(10_000, "custom data identifiers per account", _MACIE_PAGE),
    "macie_custom_identifiers_per_job": Quota(30, "custom data identifiers per classification job", _MACIE_PAGE),
    "macie_description": Quota(200, "characters in the description of a classification job", _MACIE_JOB),
    "macie_findings_filters": Quota(1_000, "findings filters per account", _MACIE_PAGE),
    "macie_identifier_description": Quota(
        512, "characters in the description of a custom data identifier", _MACIE_IDENTIFIER
    ),
    "macie_identifier_name": Quota(128, "characters in the name of a custom data identifier", _MACIE_IDENTIFIER),
    "macie_ignore_words": Quota(10, "ignore words per custom data identifier", _MACIE_IDENTIFIER),
    "macie_keywords": Quota(50, "keywords per custom data identifier", _MACIE_IDENTIFIER),
    "macie_list_bytes": Quota(35_000_000, "bytes per allow list of words (35 MB)", _MACIE_PAGE),
    "macie_list_entries": Quota(100_000, "entries per allow list of words", _MACIE_PAGE),
    "macie_name": Quota(500, "characters in the name of a classification job", _MACIE_JOB),
    "macie_regex": Quota(512, "characters in the regex of a custom data identifier", _MACIE_IDENTIFIER),
    "macie_sample_text": Quota(1_000, "characters of sample text", "Macie API TestCustomDataIdentifier"),
    "macie_tags": Quota(50, "tags per resource of Macie", _MACIE_JOB),
    "ml_input_channels": Quota(100, "ML input channels with data per membership", _ML_PAGE),
    "pending_audience_export_jobs": Quota(20, "audience export jobs that are pending per account", _ML_PAGE),
    "pending_audience_generation_jobs": Quota(10, "audience generation jobs that are pending per account", _ML_PAGE),
    "pending_audience_models": Quota(2, "audience models that are pending per account", _ML_PAGE),
    "pending_trained_model_inference_jobs": Quota(5, "inference jobs that are pending per membership", _ML_PAGE),
    "pending_trained_models": Quota(5, "trained models that are pending per membership", _ML_PAGE),
    "query_bytes_legacy": Quota(90 * KILOBYTE, "bytes of SQL on the CLEAN_ROOMS_SQL engine (90 KB)"),
    "query_bytes_spark": Quota(500 * KILOBYTE, "bytes of SQL on the SPARK engine (500 KB)", _TEXT),
    "query_bytes_bigquery": Quota(1_000 * KILOBYTE, "bytes of GoogleSQL (1 MB)", _ASSUMED),
    "shared_resources": Quota(100, "views with a policy per BigQuery clean room", "bigquery/docs/data-clean-rooms"),
    "tables_per_query": Quota(15, "tables per query", adjustable=True),
}
"""The quotas that a declaration or a query can exceed."""


def query_bytes_quota(engine: str) -> str:
    """Return the name of the quota of *engine* (SPARK, CLEAN_ROOMS_SQL or BIGQUERY) on the length of SQL."""
    names = {
        "SPARK": "query_bytes_spark",
        "CLEAN_ROOMS_SQL": "query_bytes_legacy",
        "BIGQUERY": "query_bytes_bigquery",
    }
    return names[engine]


def exceeded(quota: str, count: int) -> str | None:
    """Return the error message if *count* exceeds a quota, else None.

    Args:
        quota: A key of QUOTAS.
        count: How many there are, in the quota's unit.
    """
    limit, things, _, adjustable = QUOTAS[quota]
    if count <= limit:
        return None
    by_default = " by default (adjustable)" if adjustable else ""
    return f"at most {limit:,} {things} are allowed{by_default}; found {count:,}"
