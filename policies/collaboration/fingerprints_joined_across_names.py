"""Fingerprints that may be joined across columns of different names."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.clean_room import RoomCollaboration
from policies.policy import Policy, Severity, Violation
from policies.subjects import COLLABORATIONS, Placed


def fingerprints_joined_across_names(placed: Placed[RoomCollaboration]) -> Iterator[Violation]:
    """Fingerprints that may be joined across columns of different names.

    Why: One salt for all columns lets anyone match values between columns that were never meant to be
        compared.
    Avoid: `data_encryption_metadata: {allow_joins_on_columns_with_different_names: true}`
    Prefer: `allow_joins_on_columns_with_different_names: false`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/crypto-computing-parameters.html
    """
    encryption = placed.declaration.data_encryption_metadata
    if encryption is not None and encryption.allow_joins_on_columns_with_different_names:
        path = ("data_encryption_metadata", "allow_joins_on_columns_with_different_names")
        yield Violation(path, "columns of different names can be matched by their fingerprints; set it to false")


POLICY = Policy(fingerprints_joined_across_names, COLLABORATIONS, Severity.MEDIUM)
