"""Builds a finding from the sensitive data found in an object.

Source: API Finding; userguide/findings-types, userguide/findings-severity.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from mimetypes import guess_type
from typing import Any

from simulator.api.macie2.detection.custom import CustomIdentifier
from simulator.api.macie2.detection.identifier import Identifier, Severity
from simulator.api.macie2.detection.locating import MOST_PLACES, Inspected, Inspector, Tally
from simulator.api.macie2.detection.passage import Place
from simulator.api.macie2.inventory import HeldBucket, HeldObject
from simulator.api.store import Record

FINDING = "macie_finding"
"""The kind under which findings are kept."""

_KINDS = {
    "CREDENTIALS": ("Credentials", "credentials data"),
    "FINANCIAL_INFORMATION": ("Financial", "financial information"),
    "PERSONAL_INFORMATION": ("Personal", "personal information"),
    "CUSTOM_IDENTIFIER": ("CustomIdentifier", "data that matches a custom data identifier"),
}
"""Category to the word in the finding's type, and the words in its title."""

Detected = tuple[Identifier | CustomIdentifier, Tally]


def new_finding(
    job: Record, bucket: HeldBucket, held: HeldObject, found: Inspected, inspector: Inspector, moment: datetime
) -> Record | None:
    """Return the finding about an object; None when there is nothing to report.

    Its id is derived from the run and the object's version, so a run that continues after a pause creates the same one.

    Args:
        job: The job.
        bucket: The bucket.
        held: The object.
        found: The detected data.
        inspector: The identifiers that were searched for.
        moment: The time of the finding, in UTC.
    """
    managed = [(each, found.managed[each.id]) for each in inspector.managed if each.id in found.managed]
    custom = [
        (each, found.custom[each.id])
        for each in inspector.custom
        if each.id in found.custom and each.severity(found.custom[each.id].count)
    ]
    if not managed and not custom:
        return None
    categories = [*dict.fromkeys(each.category for each, _ in managed), *(["CUSTOM_IDENTIFIER"] if custom else [])]
    identity = "/".join((job.id, str(job.hidden["until"]), bucket.name, held.key, held.etag))
    made = hashlib.sha256(identity.encode()).hexdigest()[:32]
    severity = max([*_severities(managed), *_severities(custom)], key=lambda each: each.score)
    body = {
        "id": made,
        "accountId": bucket.account,
        "archived": False,
        "category": "CLASSIFICATION",
        **_titled(categories),
        "severity": {"description": severity.value, "score": severity.score},
        "classificationDetails": {
            "jobArn": job.arn,
            "jobId": job.id,
            "originType": "SENSITIVE_DATA_DISCOVERY_JOB",
            "result": _result(held, found, managed, custom),
        },
        "resourcesAffected": {"s3Bucket": shown_bucket(bucket), "s3Object": _shown_object(bucket, held)},
        "count": 1,
        "sample": False,
        "partition": "aws",
        "region": bucket.region,
        "schemaVersion": "1.0",
        "createdAt": moment,
        "updatedAt": moment,
    }
    return Record(FINDING, made, job.account, body, parent=job.id)


def shown_bucket(bucket: HeldBucket) -> dict[str, Any]:
    """Return the part of a finding that describes the bucket."""
    return {
        "arn": bucket.arn,
        "name": bucket.name,
        "createdAt": bucket.created,
        "owner": {"displayName": bucket.account, "id": bucket.account},
        "tags": shown_tags(bucket.tags),
        "publicAccess": {"effectivePermission": bucket.effective_permission},
        "allowsUnencryptedObjectUploads": "TRUE",
        "defaultServerSideEncryption": {"encryptionType": bucket.encryption, "kmsMasterKeyId": bucket.kms_key},
    }


def shown_tags(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Return tags as a list of KeyValuePair."""
    return [{"key": key, "value": value} for key, value in tags.items()]


def _titled(categories: list[str]) -> dict[str, str]:
    if len(categories) == 1:
        word, what = _KINDS[categories[0]]
    else:
        word, what = "Multiple", "multiple categories of sensitive data"
    return {
        "type": f"SensitiveData:S3Object/{word}",
        "title": f"The S3 object contains {what}.",
        "description": f"The S3 object contains {', '.join(_KINDS[each][1] for each in categories)}.",
    }


def _severities(detected: Iterable[Detected]) -> Iterator[Severity]:
    for each, tally in detected:
        if isinstance(each, CustomIdentifier):
            yield each.severity(tally.count) or Severity.LOW
        else:
            yield each.severities.of(tally.count)


def _result(
    held: HeldObject,
    found: Inspected,
    managed: list[tuple[Identifier, Tally]],
    custom: list[tuple[CustomIdentifier, Tally]],
) -> dict[str, Any]:
    tallies = [*(tally for _, tally in managed), *(tally for _, tally in custom)]
    shown = _shared_out(tallies)
    places = {id(tally): _occurrences(each) for tally, each in zip(tallies, shown, strict=True)}
    return {
        "additionalOccurrences": sum(tally.count for tally in tallies) > sum(map(len, shown)),
        "mimeType": guess_type(held.key)[0] or "text/plain",
        "sizeClassified": held.size,
        "status": {"code": "PARTIAL", "reason": found.problem} if found.problem else {"code": "COMPLETE"},
        "sensitiveData": list(_by_category(managed, places)),
        "customDataIdentifiers": {
            "totalCount": sum(tally.count for _, tally in custom),
            "detections": [
                {"arn": each.arn, "name": each.name, "count": tally.count, "occurrences": places[id(tally)]}
                for each, tally in custom
            ],
        },
    }


def _by_category(
    managed: list[tuple[Identifier, Tally]], places: Mapping[int, dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    for category in dict.fromkeys(each.category for each, _ in managed):
        of_it = [(each, tally) for each, tally in managed if each.category == category]
        yield {
            "category": category,
            "totalCount": sum(tally.count for _, tally in of_it),
            "detections": [
                {"type": each.id, "count": tally.count, "occurrences": places[id(tally)]} for each, tally in of_it
            ],
        }


def _shared_out(tallies: list[Tally]) -> list[list[Place]]:
    """Return the places that the finding lists: the first of every type, then the second, up to the maximum."""
    shown: list[list[Place]] = [[] for _ in tallies]
    for turn in range(MOST_PLACES):
        for tally, taken in zip(tallies, shown, strict=True):
            if turn < len(tally.places) and sum(map(len, shown)) < MOST_PLACES:
                taken.append(tally.places[turn])
    return shown


def _occurrences(places: Iterable[Place]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for place in places:
        found.setdefault(place.kind, []).append(place.shown)
    return found


def _shown_object(bucket: HeldBucket, held: HeldObject) -> dict[str, Any]:
    return {
        "bucketArn": bucket.arn,
        "key": held.key,
        "path": f"{bucket.name}/{held.key}",
        "extension": held.extension,
        "eTag": held.etag,
        "size": held.size,
        "lastModified": held.modified,
        "storageClass": held.storage_class,
        "publicAccess": bucket.public,
        "serverSideEncryption": {"encryptionType": held.encryption, "kmsMasterKeyId": held.kms_key},
        "tags": shown_tags(held.tags),
    }
