"""A bucket of shared rows that can be made public."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.data_source import DataSource
from policies.policy import Policy, Severity, Violation
from policies.subjects import DATA_SOURCES, Placed


def public_bucket(placed: Placed[DataSource]) -> Iterator[Violation]:
    """A bucket of shared rows that can be made public.

    Why: One policy or ACL by mistake, and the rows that the room protects are public.
    Avoid: `block_public_access: false`
    Prefer: `block_public_access: true`
    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
    """
    if not placed.declaration.block_public_access:
        message = f"bucket {placed.declaration.bucket!r} does not block public access; set all four settings"
        yield Violation(("block_public_access",), message, placed.declaration.bucket)


POLICY = Policy(public_bucket, DATA_SOURCES, Severity.CRITICAL, waivable=False)
