"""A bucket of shared rows that is not encrypted with a customer-managed key."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.data_source import DataSource
from policies.policy import Policy, Severity, Violation
from policies.subjects import DATA_SOURCES, Placed


def bucket_without_customer_managed_key(placed: Placed[DataSource]) -> Iterator[Violation]:
    """A bucket of shared rows that is not encrypted with a customer-managed key.

    Why: With a customer-managed key the owner can end all access at once and sees in the log who decrypted.
    Avoid: `encryption: AES256`
    Prefer: `encryption: aws:kms` with `kms_key_arn`
    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
    """
    source = placed.declaration
    if source.kms_key_arn is None:
        found = f"bucket {source.bucket!r} is encrypted with {source.encryption!r}, without a customer-managed key"
        yield Violation(("kms_key_arn",), f"{found}; name one", source.bucket)


POLICY = Policy(bucket_without_customer_managed_key, DATA_SOURCES, Severity.MEDIUM)
