"""Keys of KMS that a member names, in place of AWS's own."""

from __future__ import annotations

from collections.abc import Iterator

from policies.policy import Violation


def absent_key(kms_key_arn: str | None) -> Iterator[Violation]:
    """Yield a violation where no key is named."""
    if kms_key_arn is None:
        yield Violation(("kms_key_arn",), "no key is named, so AWS's own encrypts; name a customer-managed key")
