"""The inventory of buckets: those of the account, and of accounts that it administers.

Source: API DescribeBuckets, GetBucketStatistics, SearchResources.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from simulator.api.calls import Answer, Call
from simulator.api.errors import denied
from simulator.api.macie2.criteria import check_path, check_paths, meets_all, sort_key
from simulator.api.macie2.finding_making import shown_tags
from simulator.api.macie2.inventory import STORAGE_CLASSES, HeldBucket, HeldObject, buckets_of, objects_of
from simulator.api.macie2.job_states import JOB
from simulator.api.macie2.member import MEMBER, administers
from simulator.api.macie2.scoping import meets
from simulator.api.macie2.session import check_enabled
from simulator.api.service_model import load_service_model
from simulator.api.store import Record

NOT_EMULATED = "No sensitivity scores, no replication; the account's own public access block is ignored"

_SORTED_BY = {
    "ACCOUNT_ID": "accountId",
    "RESOURCE_NAME": "bucketName",
    "S3_CLASSIFIABLE_OBJECT_COUNT": "classifiableObjectCount",
    "S3_CLASSIFIABLE_SIZE_IN_BYTES": "classifiableSizeInBytes",
}
_COMPRESSED = {"gz", "gzip", "zip", "tar"}
_ENCRYPTIONS = {"NONE": "unencrypted", "AES256": "s3Managed"}


def describe_buckets(call: Call) -> Answer:
    """Show the buckets that meet the criteria, with their current content."""
    check_enabled(call)
    criteria, stated = call.asked.get("criteria", {}), call.asked.get("sortCriteria", {})
    shape = load_service_model("macie2").operations["DescribeBuckets"].output.members["buckets"].member
    path = stated.get("attributeName", "bucketName")
    check_paths(criteria, shape)
    check_path(path, shape)
    found = [shown for shown in (_shown(call, each) for each in _visible(call)) if meets_all(criteria, shown)]
    return {"buckets": _sorted(found, path, stated)}


def get_bucket_statistics(call: Call) -> Answer:
    """Return statistics of the buckets of one account, or of all accounts that the caller may see."""
    check_enabled(call)
    wanted = call.asked.get("accountId")
    if wanted is not None and not administers(call, wanted):
        raise denied(f"account {call.account} does not administer Macie for account {wanted}")
    shown = [_shown(call, each) for each in _visible(call) if wanted in (None, each.account)]
    sums = ("objectCount", "sizeInBytes", "sizeInBytesCompressed", "classifiableObjectCount", "classifiableSizeInBytes")
    public = sum(each["publicAccess"]["effectivePermission"] == "PUBLIC" for each in shown)
    encrypted = Counter(_ENCRYPTIONS.get(each["serverSideEncryption"]["type"], "kmsManaged") for each in shown)
    shared = Counter(each["sharedAccess"] for each in shown)
    return {
        "bucketCount": len(shown),
        **{name: sum(each[name] for each in shown) for name in sums},
        "unclassifiableObjectCount": _added(each["unclassifiableObjectCount"] for each in shown),
        "unclassifiableObjectSizeInBytes": _added(each["unclassifiableObjectSizeInBytes"] for each in shown),
        "bucketCountByEffectivePermission": {
            "publiclyAccessible": public,
            "publiclyReadable": public,
            "publiclyWritable": 0,
            "unknown": 0,
        },
        "bucketCountByEncryptionType": {
            name: encrypted[name] for name in ("kmsManaged", "s3Managed", "unencrypted", "unknown")
        },
        "bucketCountBySharedAccessType": {
            "external": shared["EXTERNAL"],
            "internal": 0,
            "notShared": shared["NOT_SHARED"],
            "unknown": 0,
        },
        "lastUpdated": call.now,
    }


def search_resources(call: Call) -> Answer:
    """Find the buckets that a job with the same criteria would analyse."""
    check_enabled(call)
    matching = [_shown(call, each) for each in _visible(call) if meets(call.asked.get("bucketCriteria"), each)]
    stated = call.asked.get("sortCriteria", {})
    path = _SORTED_BY[stated.get("attributeName", "RESOURCE_NAME")]
    found = _sorted(matching, path, stated)
    return {"matchingResources": [{"id": each["id"], "matchingBucket": each} for each in found]}


def _visible(call: Call) -> list[HeldBucket]:
    members = [each.parent for each in call.store.of(MEMBER, account=call.account) if administers(call, each.parent)]
    return [bucket for account in (call.account, *members) for bucket in buckets_of(account, call.store.region)]


def _sorted(found: list[dict[str, Any]], path: str, stated: Mapping[str, Any]) -> list[dict[str, Any]]:
    return sorted(found, key=lambda each: sort_key(each, path), reverse=stated.get("orderBy") == "DESC")


def _shown(call: Call, bucket: HeldBucket) -> dict[str, Any]:
    objects = list(objects_of(bucket))
    classifiable = [each for each in objects if each.classifiable]
    by_class = [each for each in objects if each.storage_class not in STORAGE_CLASSES]
    by_type = [each for each in objects if not each.classifiable and each.storage_class in STORAGE_CLASSES]
    return {
        "id": bucket.name,
        "accountId": bucket.account,
        "bucketArn": bucket.arn,
        "bucketName": bucket.name,
        "bucketCreatedAt": bucket.created,
        "region": bucket.region,
        "lastUpdated": call.now,
        "versioning": bucket.versioning,
        "tags": shown_tags(bucket.tags),
        "publicAccess": {"effectivePermission": bucket.effective_permission},
        "sharedAccess": bucket.shared_access,
        "allowsUnencryptedObjectUploads": "TRUE",
        "automatedDiscoveryMonitoringStatus": "NOT_MONITORED",
        "replicationDetails": {"replicated": False, "replicatedExternally": False, "replicationAccounts": []},
        "serverSideEncryption": {"type": bucket.encryption, "kmsMasterKeyId": bucket.kms_key},
        "objectCount": len(objects),
        "sizeInBytes": _size(objects),
        "sizeInBytesCompressed": _size(each for each in objects if each.extension.lower() in _COMPRESSED),
        "classifiableObjectCount": len(classifiable),
        "classifiableSizeInBytes": _size(classifiable),
        "unclassifiableObjectCount": _counts(len(by_type), len(by_class)),
        "unclassifiableObjectSizeInBytes": _counts(_size(by_type), _size(by_class)),
        "objectCountByEncryptionType": _encryptions(objects),
        "jobDetails": _jobs(call, bucket),
        "errorCode": None if bucket.readable else "ACCESS_DENIED",
    }


def _jobs(call: Call, bucket: HeldBucket) -> dict[str, Any]:
    jobs = [each for each in call.store.of(JOB, account=call.account) if _concerns(each, bucket)]
    scheduled = any(each.body["jobType"] == "SCHEDULED" and each.body["jobStatus"] != "CANCELLED" for each in jobs)
    shown: dict[str, Any] = {"isDefinedInJob": "TRUE" if jobs else "FALSE"}
    shown["isMonitoredByJob"] = "TRUE" if scheduled else "FALSE"
    if jobs:
        last = max(jobs, key=lambda each: each.body["lastRunTime"])
        shown |= {"lastJobId": last.id, "lastJobRunTime": last.body["lastRunTime"]}
    return shown


def _concerns(job: Record, bucket: HeldBucket) -> bool:
    definition = job.body["s3JobDefinition"]
    if "bucketCriteria" in definition:
        return meets(definition["bucketCriteria"], bucket)
    return any(
        each["accountId"] == bucket.account and bucket.name in each["buckets"]
        for each in definition["bucketDefinitions"]
    )


def _encryptions(objects: Iterable[HeldObject]) -> dict[str, int]:
    counts = Counter(
        _ENCRYPTIONS.get(each.encryption, "customerManaged" if each.kms_key else "kmsManaged") for each in objects
    )
    return {name: counts[name] for name in ("customerManaged", "kmsManaged", "s3Managed", "unencrypted", "unknown")}


def _size(objects: Iterable[HeldObject]) -> int:
    return sum(each.size for each in objects)


def _counts(file_type: int, storage_class: int) -> dict[str, int]:
    return {"fileType": file_type, "storageClass": storage_class, "total": file_type + storage_class}


def _added(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    listed = list(counts)
    return _counts(sum(each["fileType"] for each in listed), sum(each["storageClass"] for each in listed))
