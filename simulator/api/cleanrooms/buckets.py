"""The objects in the emulated S3, read and written with the rights of the account that owns the bucket.

Roles and bucket policies are not enforced: moto does not evaluate them for calls inside the process.
"""

from __future__ import annotations

from typing import Any

from moto.backends import get_backend
from moto.s3.models import s3_backends

from simulator.api.world import WORLD

_PARTITION = "aws"


class MissingBucketError(Exception):
    """There is no such bucket.

    Attributes:
        bucket: Its name.
    """

    def __init__(self, bucket: str) -> None:
        self.bucket = bucket
        super().__init__(f"bucket {bucket!r} does not exist")


def list_objects(account: str, bucket: str, prefix: str) -> list[str]:
    """Return the sorted keys of the non-empty objects whose keys begin with *prefix*.

    Args:
        account: Account id of the reader.
        bucket: The bucket's name.
        prefix: Prefix of the keys.

    Raises:
        MissingBucketError: There is no such bucket.
    """
    held = _backend(account, bucket).get_bucket(bucket)
    return sorted(name for name, key in list(held.keys.items()) if name.startswith(prefix) and key.size)


def read_object(account: str, bucket: str, key: str) -> bytes:
    """Return the content of an object.

    Raises:
        MissingBucketError: There is no such bucket.
    """
    found: bytes = _backend(account, bucket).get_object(bucket, key).value
    return found


def write_object(account: str, bucket: str, key: str, content: bytes) -> None:
    """Write an object; an existing one of the same key is replaced.

    Raises:
        MissingBucketError: There is no such bucket.
    """
    backend = _backend(account, bucket)
    if WORLD.writer is not None:
        WORLD.writer(account, bucket, key, content)
    else:
        backend.put_object(bucket, key, content)


def check_bucket(bucket: str) -> None:
    """Raise if the bucket does not exist.

    Raises:
        MissingBucketError: There is no such bucket.
    """
    if bucket not in s3_backends.bucket_accounts:
        raise MissingBucketError(bucket)


def _backend(account: str, bucket: str) -> Any:  # noqa: ANN401 - moto's S3Backend
    check_bucket(bucket)
    _, owner = s3_backends.bucket_accounts[bucket]
    return get_backend("s3")[owner or account][_PARTITION]
