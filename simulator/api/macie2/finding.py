"""Findings: those of jobs, and samples.

Source: API ListFindings, GetFindings, GetFindingStatistics, CreateSampleFindings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from simulator.api.calls import Answer, Call
from simulator.api.errors import invalid
from simulator.api.macie2.criteria import check_path, meets_all, sort_key, values_at
from simulator.api.macie2.finding_making import FINDING
from simulator.api.macie2.findings_filter import check_finding_criteria, finding_shape
from simulator.api.macie2.job_settling import settle
from simulator.api.macie2.owned import hex_id
from simulator.api.macie2.session import check_enabled
from simulator.api.store import Record

NOT_EMULATED = "Policy findings arise only as samples"

_MOST_IDS = 50
_MOST_GROUPS = 20
_TYPES = {
    "SensitiveData:S3Object/Multiple": "High",
    "SensitiveData:S3Object/Financial": "High",
    "SensitiveData:S3Object/Personal": "High",
    "SensitiveData:S3Object/Credentials": "High",
    "SensitiveData:S3Object/CustomIdentifier": "Medium",
    "Policy:IAMUser/S3BucketPublic": "High",
    "Policy:IAMUser/S3BucketSharedExternally": "High",
    "Policy:IAMUser/S3BucketReplicatedExternally": "High",
    "Policy:IAMUser/S3BucketEncryptionDisabled": "Low",
    "Policy:IAMUser/S3BlockPublicAccessDisabled": "High",
    "Policy:IAMUser/S3BucketSharedWithCloudFront": "Medium",
}
"""The types of findings, with the severity of a sample."""
_SCORES = {"Low": 1, "Medium": 2, "High": 3}


def list_findings(call: Call) -> Answer:
    """List the ids of the findings that meet the criteria; by default the newest first."""
    return {"findingIds": [each.id for each in _sorted(_chosen(call), call.asked.get("sortCriteria", {}))]}


def get_findings(call: Call) -> Answer:
    """Show findings; unknown ids are ignored."""
    check_enabled(call)
    settle(call)
    ids = call.asked["findingIds"]
    if len(ids) > _MOST_IDS:
        raise invalid(f"findingIds: at most {_MOST_IDS} ids are allowed; found {len(ids)}")
    held = [call.store.get(FINDING, each) for each in ids]
    own = [each for each in held if each is not None and each.account == call.account]
    stated = call.asked.get("sortCriteria")
    return {"findings": [each.body for each in (_sorted(own, stated) if stated else own)]}


def get_finding_statistics(call: Call) -> Answer:
    """Count the findings that meet the criteria by a property; by default the largest groups first."""
    path = call.asked["groupBy"]
    counts = Counter(str(key) for each in _chosen(call) for key in values_at(each.body, path))
    groups = [{"groupKey": key, "count": count} for key, count in counts.items()]
    stated = call.asked.get("sortCriteria", {})
    name = stated.get("attributeName", "count")
    groups.sort(key=lambda group: (group[name], group["groupKey"]), reverse=stated.get("orderBy", "DESC") == "DESC")
    return {"countsByGroup": groups[: call.asked.get("size", _MOST_GROUPS)]}


def create_sample_findings(call: Call) -> Answer:
    """Create a sample of each requested type of finding; by default of all types."""
    check_enabled(call)
    for each in call.asked.get("findingTypes") or _TYPES:
        call.store.put(_sample(call, each))
    return {}


def _chosen(call: Call) -> list[Record]:
    check_enabled(call)
    settle(call)
    conditions = check_finding_criteria(call.asked.get("findingCriteria", {}))
    return [each for each in call.store.of(FINDING, account=call.account) if meets_all(conditions, each.body)]


def _sorted(findings: list[Record], stated: Mapping[str, Any]) -> list[Record]:
    path = stated.get("attributeName", "createdAt")
    check_path(path, finding_shape())
    descending = stated.get("orderBy", "ASC" if "attributeName" in stated else "DESC") == "DESC"
    return sorted(findings, key=lambda each: sort_key(each.body, path), reverse=descending)


def _sample(call: Call, kind: str) -> Record:
    made = hex_id()
    severity = _TYPES[kind]
    body: dict[str, Any] = {
        "id": made,
        "accountId": call.account,
        "archived": False,
        "category": "CLASSIFICATION" if kind.startswith("SensitiveData") else "POLICY",
        "type": kind,
        "title": f"[SAMPLE] {kind}",
        "description": "[SAMPLE] An example of a finding; no bucket or object is concerned.",
        "severity": {"description": severity, "score": _SCORES[severity]},
        "resourcesAffected": {
            "s3Bucket": {"name": "example-bucket", "arn": "arn:aws:s3:::example-bucket"},
            "s3Object": {"key": "example-object.csv", "path": "example-bucket/example-object.csv", "extension": "csv"},
        },
        "count": 1,
        "sample": True,
        "partition": "aws",
        "region": call.store.region,
        "schemaVersion": "1.0",
        "createdAt": call.now,
        "updatedAt": call.now,
    }
    return Record(FINDING, made, call.account, body)
