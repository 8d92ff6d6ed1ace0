"""Why an object, or the rest of it, is not analysed."""

from __future__ import annotations


class UnreadableError(Exception):
    """The object is not analysed, or only in part.

    Attributes:
        reason: A reason of the API's ClassificationResultStatus.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class MalformedError(Exception):
    """The object does not have the structure that its name indicates; it is analysed as plain text instead."""
