"""Encrypted tables that show which values are missing."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.clean_room import RoomCollaboration
from policies.policy import Level, Policy, Severity, Violation
from policies.subjects import COLLABORATIONS, Placed


def preserved_nulls(placed: Placed[RoomCollaboration]) -> Iterator[Violation]:
    """Encrypted tables that show which values are missing.

    Why: NULL stays readable among ciphertext, so that whoever holds the table learns who has no value.
    Avoid: `data_encryption_metadata: {preserve_nulls: true}`
    Prefer: `preserve_nulls: false`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/crypto-computing-parameters.html
    """
    encryption = placed.declaration.data_encryption_metadata
    if encryption is not None and encryption.preserve_nulls:
        message = "preserve_nulls is true: missing values can be told apart from present ones; set it to false"
        yield Violation(("data_encryption_metadata", "preserve_nulls"), message)


POLICY = Policy(preserved_nulls, COLLABORATIONS, Severity.LOW, level=Level.ADVISORY)
