"""Text that is longer than differential privacy takes."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.quotas import KILOBYTE
from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.checks.private_relations import private_tables
from simulator.verdict import Finding

SHORT_LIMIT = 8 * KILOBYTE
"""Bytes of query text by one quota table. Source: userguide/clean-rooms-quotas."""

LONG_LIMIT = 90 * KILOBYTE
"""Bytes of query text by another quota table and the document history. Source: userguide/doc-history."""

_PAGE = f"{USER_GUIDE}/clean-rooms-quotas.html"


def private_query_too_long(context: QueryContext) -> Iterator[Finding]:
    """A query of more than 90 KB over private tables.

    Whether more than 8 KB are too many is an open question.

    Why: The service limits the text of a query under differential privacy: one table of quotas says 8 KB, another 90
        KB.
    Avoid: a query with thousands of literals
    Prefer: a table to join with
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/clean-rooms-quotas.html
    """
    length = len(context.script.sql.encode())
    if not private_tables(context.script) or length <= SHORT_LIMIT:
        return
    if length > LONG_LIMIT:
        message = f"the query has {length} bytes; under differential privacy at most {LONG_LIMIT} are allowed"
        yield from context.deny(private_query_too_long, message, _PAGE)
    else:
        message = f"the query has {length} bytes; one quota table allows {SHORT_LIMIT}, another {LONG_LIMIT}"
        setting = "differential_privacy_text_length"
        yield from context.open(private_query_too_long, setting, message, _PAGE)
