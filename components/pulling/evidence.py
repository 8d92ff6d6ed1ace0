"""Pull what Amazon Macie knows about an account's buckets as evidence for policies, with read-only calls.

Source: API GetMacieSession, ListClassificationJobs, DescribeClassificationJob, ListFindings, GetFindings.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from declarations.macie_evidence import MacieEvidence

_MOST_IDS: Final = 50
"""Most findings that one call of GetFindings returns."""
_NOT_ENABLED: Final = "Macie is not enabled"
"""The service's message if an account does not use Macie; any other denied access is an error."""


def pull_evidence(
    macie: Any,  # noqa: ANN401 - boto3's clients have no types
    account: str,
    now: datetime,
    buckets: Sequence[str] = (),
) -> MacieEvidence:
    """Pull Macie's session, jobs and findings.

    Args:
        macie: A boto3 client for the account and region.
        account: The account of the client's credentials.
        now: The current time, with its time zone.
        buckets: Limits findings to these buckets; empty: all buckets. Jobs are never limited.

    Raises:
        botocore.exceptions.ClientError: Macie refuses.
        botocore.exceptions.BotoCoreError: Macie cannot be reached.
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
    """Return the findings about sensitive data, including archived ones: archiving hides a finding, fixing nothing."""
    criterion: dict[str, Any] = {"category": {"eq": ["CLASSIFICATION"]}}
    if buckets:
        criterion["resourcesAffected.s3Bucket.name"] = {"eq": list(buckets)}
    pages = macie.get_paginator("list_findings").paginate(findingCriteria={"criterion": criterion})
    ids = [one for page in pages for one in page["findingIds"]]
    groups = (ids[start : start + _MOST_IDS] for start in range(0, len(ids), _MOST_IDS))
    return [finding for group in groups for finding in macie.get_findings(findingIds=group)["findings"]]
