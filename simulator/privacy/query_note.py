"""The note that a ledger keeps of a query: its name and a fingerprint, never its text, which may name persons."""

from __future__ import annotations

import hashlib

_DIGITS = 16


def query_note(sql: str, name: str | None = None) -> str:
    """Return the note that identifies a query in the ledger; it depends on the text and the name alone.

    Args:
        sql: The text of the query, or of the template before its parameters are known.
        name: Name of the query, or of its template; None for a query without one.

    Returns:
        The name and 64 bits of the text's SHA-256, as `sales_by_week, SQL 9f86d081884c7d65`.
    """
    fingerprint = hashlib.sha256(sql.encode()).hexdigest()[:_DIGITS]
    return f"{name or 'unnamed query'}, SQL {fingerprint}"
