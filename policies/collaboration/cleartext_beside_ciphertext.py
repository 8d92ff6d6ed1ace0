"""Encrypted tables that may hold columns in clear text."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.clean_room import RoomCollaboration
from policies.policy import Policy, Severity, Violation
from policies.subjects import COLLABORATIONS, Placed


def cleartext_beside_ciphertext(placed: Placed[RoomCollaboration]) -> Iterator[Violation]:
    """Encrypted tables that may hold columns in clear text.

    Why: A clear column next to a sealed one shows what the sealed one hides, and a forgotten one is simply
        readable. Sums and means need columns in the clear: a case for a waiver that names them.
    Avoid: `data_encryption_metadata: {allow_cleartext: true}`
    Prefer: `allow_cleartext: false`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/crypto-computing-parameters.html
    """
    encryption = placed.declaration.data_encryption_metadata
    if encryption is not None and encryption.allow_cleartext:
        message = "allow_cleartext is true; set it to false so that every column of an encrypted table is encrypted"
        yield Violation(("data_encryption_metadata", "allow_cleartext"), message)


POLICY = Policy(cleartext_beside_ciphertext, COLLABORATIONS, Severity.MEDIUM)
