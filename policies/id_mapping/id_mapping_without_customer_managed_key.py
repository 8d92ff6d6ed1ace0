"""An ID mapping table that is not encrypted with a customer-managed key."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.id_mapping import IdMappingTable
from policies.customer_managed_keys import absent_key
from policies.policy import Level, Policy, Severity, Violation
from policies.subjects import ID_MAPPING_TABLES, Placed


def id_mapping_without_customer_managed_key(placed: Placed[IdMappingTable]) -> Iterator[Violation]:
    """An ID mapping table that is not encrypted with a customer-managed key.

    Why: It is the list that links two companies' identifiers person by person; with a customer-managed key the owner
        can end all access.
    Avoid: no `kms_key_arn`
    Prefer: `kms_key_arn: arn:aws:kms:...`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/apireference/API_CreateIdMappingTable.html
    """
    yield from absent_key(placed.declaration.kms_key_arn)


POLICY = Policy(id_mapping_without_customer_managed_key, ID_MAPPING_TABLES, Severity.MEDIUM, level=Level.ADVISORY)
