"""Fingerprint columns that may hold the same value twice."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.clean_room import RoomCollaboration
from policies.policy import Policy, Severity, Violation
from policies.subjects import COLLABORATIONS, Placed


def duplicate_fingerprints(placed: Placed[RoomCollaboration]) -> Iterator[Violation]:
    """Fingerprint columns that may hold the same value twice.

    Why: Equal values have equal fingerprints, so their frequencies can be counted and matched with known
        ones (frequency analysis).
    Avoid: `data_encryption_metadata: {allow_duplicates: true}`
    Prefer: `allow_duplicates: false`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/crypto-computing-parameters.html
    """
    encryption = placed.declaration.data_encryption_metadata
    if encryption is not None and encryption.allow_duplicates:
        message = "allow_duplicates is true: frequencies of fingerprints can be counted; set it to false"
        yield Violation(("data_encryption_metadata", "allow_duplicates"), message)


POLICY = Policy(duplicate_fingerprints, COLLABORATIONS, Severity.MEDIUM)
