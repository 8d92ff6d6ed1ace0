"""A bucket of shared rows that is not encrypted by an own key."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.data_source import DataSource
from policies.policy import Policy, Severity, Violation
from policies.subjects import DATA_SOURCES, Placed


def bucket_without_own_key(placed: Placed[DataSource]) -> Iterator[Violation]:
    """A bucket of shared rows that is not encrypted by an own key.

    Why: With a customer-managed key the owner can end all access at once and sees in the log who decrypted.
    Avoid: `encryption: AES256`
    Prefer: `encryption: aws:kms` with `kms_key_arn`
    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
    """
    source = placed.declaration
    if source.kms_key_arn is None:
        message = f"bucket {source.bucket!r} is encrypted by {source.encryption!r} without an own key; name one"
        yield Violation(("kms_key_arn",), message, source.bucket)


POLICY = Policy(bucket_without_own_key, DATA_SOURCES, Severity.MEDIUM)
