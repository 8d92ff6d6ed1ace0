"""What Amazon Macie knows of an account's buckets becomes evidence for policies. Only reads.

Source: API GetMacieSession, ListClassificationJobs, DescribeClassificationJob, ListFindings, GetFindings.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from declarations.macie_evidence import MacieEvidence

_MOST_IDS: Final = 50
"""Findings that one call of GetFindings shows."""
_NOT_ENABLED: Final = "Macie is not enabled"
"""How the service says that an account does not use it; any other refusal is one."""


def pull_evidence(
    macie: Any,  # noqa: ANN401 - boto3's clients have no types
    account: str,
    now: datetime,
    buckets: Sequence[str] = (),
) -> MacieEvidence:
    """Ask Macie.

    Args:
        macie: A client of the account and region.
        account: Whose credentials it has.
        now: The moment, with its time zone.
        buckets: Findings about these buckets only; empty: about all. Jobs are asked for all the same.

    Raises:
        botocore.exceptions.ClientError: Macie refuses.
        botocore.exceptions.BotoCoreError: Macie cannot be asked.
    """
    document: dict[str, Any] = {"account": account, "region": macie.meta.region_name, "pulled_at": now}
    document["session"] = _session(macie)
    if document["session"] is not None and document["session"]["status"] == "ENABLED":
        document |= {"jobs": _jobs(macie), "findings": _findings(macie, buckets)}
    return MacieEvidence.model_validate(document)


def _session(macie: Any) -> dict[str, Any] | None:  # noqa: ANN401 - as above
    try:
        return dict(macie.get_macie_session())
    except macie.exceptions.ResourceNotFoundException:
        return None
    except macie.exceptions.AccessDeniedException as refused:
        if _NOT_ENABLED not in str(refused):
            raise
        return None


def _jobs(macie: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - as above
    pages = macie.get_paginator("list_classification_jobs").paginate()
    return [macie.describe_classification_job(jobId=job["jobId"]) for page in pages for job in page["items"]]


def _findings(macie: Any, buckets: Sequence[str]) -> list[dict[str, Any]]:  # noqa: ANN401 - as above
    """Return the findings about sensitive data, also archived ones: archiving hides a finding, it mends nothing."""
    criterion: dict[str, Any] = {"category": {"eq": ["CLASSIFICATION"]}}
    if buckets:
        criterion["resourcesAffected.s3Bucket.name"] = {"eq": list(buckets)}
    pages = macie.get_paginator("list_findings").paginate(findingCriteria={"criterion": criterion})
    ids = [one for page in pages for one in page["findingIds"]]
    groups = (ids[start : start + _MOST_IDS] for start in range(0, len(ids), _MOST_IDS))
    return [finding for group in groups for finding in macie.get_findings(findingIds=group)["findings"]]
