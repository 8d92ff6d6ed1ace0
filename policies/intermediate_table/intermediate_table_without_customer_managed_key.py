"""An intermediate table that is not encrypted with a customer-managed key."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.intermediate_table import IntermediateTable
from policies.customer_managed_keys import absent_key
from policies.policy import Level, Policy, Severity, Violation
from policies.subjects import INTERMEDIATE_TABLES, Placed


def intermediate_table_without_customer_managed_key(placed: Placed[IntermediateTable]) -> Iterator[Violation]:
    """An intermediate table that is not encrypted with a customer-managed key.

    Why: With a customer-managed key the owner can end all access at once and sees in the log who decrypted.
    Avoid: no `kms_key_arn`
    Prefer: `kms_key_arn: arn:aws:kms:...`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/working-with-intermediate-tables.html
    """
    yield from absent_key(placed.declaration.kms_key_arn)


POLICY = Policy(
    intermediate_table_without_customer_managed_key, INTERMEDIATE_TABLES, Severity.LOW, level=Level.ADVISORY
)
