"""An ID mapping table that is not encrypted by an own key."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.id_mapping import IdMappingTable
from policies.own_keys import absent_key
from policies.policy import Level, Policy, Severity, Violation
from policies.subjects import ID_MAPPING_TABLES, Placed


def id_mapping_without_own_key(placed: Placed[IdMappingTable]) -> Iterator[Violation]:
    """An ID mapping table that is not encrypted by an own key.

    Why: It is the list that links two companies' identifiers person by person; with an own key the owner
        can end all access.
    Avoid: no `kms_key_arn`
    Prefer: `kms_key_arn: arn:aws:kms:...`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/apireference/API_CreateIdMappingTable.html
    """
    yield from absent_key(placed.declaration.kms_key_arn)


POLICY = Policy(id_mapping_without_own_key, ID_MAPPING_TABLES, Severity.MEDIUM, level=Level.ADVISORY)
