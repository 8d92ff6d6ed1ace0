"""A join on identifiers in clear text."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.configured_table import ConfiguredTable
from policies.personal_data import Identification
from policies.policy import Policy, Severity, Violation
from policies.rules import joinable_columns, personal
from policies.subjects import CONFIGURED_TABLES, Placed


def unhashed_join_column(placed: Placed[ConfiguredTable]) -> Iterator[Violation]:
    """A join on identifiers in clear text.

    Why: The partner's side of the join must then hold the same identifiers in the clear, and a slip in any
        query or log shows them.
    Avoid: `join_columns: [email]`
    Prefer: a keyed hash: a column `hashed_email` with `pii: hashed_email`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/prepare-encrypted-data.html
    """
    path, columns = joinable_columns(placed.declaration)
    for index, name, pii in personal(placed.declaration, columns, Identification.DIRECT):
        message = f"column {name!r} may be joined on and holds {pii!r} in clear text; join on a keyed hash of it"
        yield Violation((*path, index), message, name)


POLICY = Policy(unhashed_join_column, CONFIGURED_TABLES, Severity.HIGH)
