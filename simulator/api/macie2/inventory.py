"""The buckets and objects of moto's S3 as Macie sees them, with owner, access and encryption.

Source: API BucketMetadata, S3Object; userguide/monitoring-s3-how-it-works.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.backends import get_backend
from moto.s3.models import s3_backends

from simulator.api.macie2.detection.reading import NOT_READ_HERE, SUPPORTED, extension_of

_PARTITION = "aws"
_READING = {"*", "s3:*", "s3:Get*", "s3:GetObject", "s3:List*", "s3:ListBucket"}
STORAGE_CLASSES = frozenset(
    {"STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "INTELLIGENT_TIERING", "ONEZONE_IA", "GLACIER_IR"}
)
"""The storage classes whose objects are analysed. Source: userguide/discovery-supported-storage."""


@dataclass(frozen=True, slots=True)
class HeldObject:
    """An object.

    Attributes:
        key: Its key.
        size: Its size in bytes.
        modified: When it was written, in UTC.
        etag: Its entity tag.
        storage_class: Its storage class.
        tags: Its tags.
        encryption: NONE, AES256 or a kind of KMS.
        kms_key: The KMS key, if there is one.
    """

    key: str
    size: int
    modified: datetime
    etag: str
    storage_class: str
    tags: Mapping[str, str]
    encryption: str
    kms_key: str | None

    @property
    def extension(self) -> str:
        """Its file name extension as written; empty for none."""
        return extension_of(self.key)

    @property
    def classifiable(self) -> bool:
        """Whether Macie would try to analyse it, by its storage class and its extension."""
        known = not self.extension or self.extension.lower() in SUPPORTED | NOT_READ_HERE
        return self.storage_class in STORAGE_CLASSES and known


@dataclass(frozen=True, slots=True)
class HeldBucket:
    """A bucket.

    Attributes:
        name: Its name.
        account: Account id of its owner.
        region: Its region.
        created: When it was created, in UTC.
        tags: Its tags.
        versioning: Whether it keeps versions.
        encryption: The default encryption of its objects: NONE, AES256 or a kind of KMS.
        kms_key: The KMS key of that encryption, if there is one.
        public: Whether everybody can read it.
        shared: Whether its policy grants access to another account.
        readable: Whether its policy allows Macie to read it.
    """

    name: str
    account: str
    region: str
    created: datetime
    tags: Mapping[str, str]
    versioning: bool
    encryption: str
    kms_key: str | None
    public: bool
    shared: bool
    readable: bool

    @property
    def arn(self) -> str:
        """Its ARN."""
        return f"arn:aws:s3:::{self.name}"

    @property
    def effective_permission(self) -> str:
        """PUBLIC or NOT_PUBLIC."""
        return "PUBLIC" if self.public else "NOT_PUBLIC"

    @property
    def shared_access(self) -> str:
        """EXTERNAL or NOT_SHARED."""
        return "EXTERNAL" if self.shared else "NOT_SHARED"


def buckets_of(account: str, region: str) -> list[HeldBucket]:
    """Return the buckets of an account in a region, sorted by name."""
    held = get_backend("s3")[account][_PARTITION]
    return [_bucket(held, each) for _, each in sorted(held.buckets.items()) if each.region_name == region]


def find_bucket(name: str) -> HeldBucket | None:
    """Return a bucket of any account by its name; None if it does not exist."""
    if name not in s3_backends.bucket_accounts:
        return None
    _, owner = s3_backends.bucket_accounts[name]
    held = get_backend("s3")[owner][_PARTITION]
    return _bucket(held, held.buckets[name]) if name in held.buckets else None


def objects_of(bucket: HeldBucket) -> Iterator[HeldObject]:
    """Yield the latest version of each object of a bucket, sorted by key."""
    held = get_backend("s3")[bucket.account][_PARTITION]
    for _, found in sorted(held.buckets[bucket.name].keys.items()):
        yield _object(held, bucket, found)


def find_object(bucket: HeldBucket, key: str) -> HeldObject | None:
    """Return the latest version of an object; None if it no longer exists."""
    held = get_backend("s3")[bucket.account][_PARTITION]
    found = held.buckets[bucket.name].keys.get(key) if bucket.name in held.buckets else None
    return None if found is None else _object(held, bucket, found)


def content_of(bucket: HeldBucket, key: str) -> bytes | None:
    """Return the content of an object; None if it no longer exists."""
    held = get_backend("s3")[bucket.account][_PARTITION].buckets.get(bucket.name)
    found = held.keys.get(key) if held is not None else None
    if found is None:
        return None
    content: bytes = found.value
    return content


def _object(held: Any, bucket: HeldBucket, found: Any) -> HeldObject:  # noqa: ANN401 - moto's backend and key
    return HeldObject(
        key=found.name,
        size=found.size,
        modified=_aware(found.last_modified),
        etag=found.etag.strip('"'),
        storage_class=found.storage_class or "STANDARD",
        tags=held.tagger.get_tag_dict_for_resource(found.arn),
        encryption=found.encryption or bucket.encryption,
        kms_key=found.kms_key_id or bucket.kms_key,
    )


def key_problem(bucket: HeldBucket, held: HeldObject) -> str | None:
    """Return why an object cannot be decrypted, as a reason of the API; None when it can."""
    if not held.encryption.startswith("aws:kms") or held.kms_key is None:
        return None
    key_id = held.kms_key.rpartition("/")[2]
    if held.kms_key.endswith("alias/aws/s3"):
        return None
    key = get_backend("kms")[bucket.account][bucket.region].keys.get(key_id)
    if key is None:
        return "INVALID_ENCRYPTION"
    return None if key.key_state == "Enabled" else "INVALID_KMS_KEY"


def _bucket(held: Any, bucket: Any) -> HeldBucket:  # noqa: ANN401 - moto's backend and bucket
    statements = _statements(bucket.policy)
    block = bucket.public_access_block
    acl = bucket.acl is not None and bucket.acl.public_read and not (block and block.ignore_public_acls)
    allowed = any(each.get("Effect") == "Allow" and _anybody(each) for each in statements)
    rule = _default_encryption(bucket.encryption)
    return HeldBucket(
        name=bucket.name,
        account=bucket.account_id,
        region=bucket.region_name,
        created=_aware(bucket.creation_date),
        tags=held.tagger.get_tag_dict_for_resource(bucket.arn),
        versioning=bucket.is_versioned,
        encryption=rule.get("SSEAlgorithm", "AES256"),
        kms_key=rule.get("KMSMasterKeyID"),
        public=acl or (allowed and not (block and block.restrict_public_buckets)),
        shared=any(each.get("Effect") == "Allow" and _others(each, bucket.account_id) for each in statements),
        readable=not any(each.get("Effect") == "Deny" and _anybody(each) and _reads(each) for each in statements),
    )


def _statements(policy: bytes | None) -> list[Mapping[str, Any]]:
    if policy is None:
        return []
    try:
        stated = json.loads(policy).get("Statement", [])
    except (ValueError, AttributeError):
        return []
    listed = stated if isinstance(stated, list) else [stated]
    return [each for each in listed if isinstance(each, dict) and "Condition" not in each]


def _principals(statement: Mapping[str, Any]) -> list[str]:
    principal = statement.get("Principal", [])
    named = principal.get("AWS", []) if isinstance(principal, dict) else principal
    return [named] if isinstance(named, str) else list(named)


def _anybody(statement: Mapping[str, Any]) -> bool:
    return "*" in _principals(statement)


def _others(statement: Mapping[str, Any], owner: str) -> bool:
    return any(each == "*" or owner not in each for each in _principals(statement))


def _reads(statement: Mapping[str, Any]) -> bool:
    action = statement.get("Action", [])
    return bool(_READING.intersection([action] if isinstance(action, str) else action))


def _default_encryption(stated: Mapping[str, Any] | None) -> Mapping[str, str]:
    rules = (stated or {}).get("Rule", {})
    first = rules[0] if isinstance(rules, list) and rules else rules
    default = first.get("ApplyServerSideEncryptionByDefault", {}) if isinstance(first, dict) else {}
    return default if isinstance(default, dict) else {}


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
