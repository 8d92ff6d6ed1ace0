"""A column declared as hashed in which Macie read personal data."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.configured_table import ConfiguredTable
from declarations.naming import listed
from policies.personal_data import is_disguised
from policies.policy import Policy, Severity, Violation
from policies.rules import pii_of
from policies.scans import found_in_columns
from policies.subjects import CONFIGURED_TABLES, Placed


def hashed_column_in_clear(placed: Placed[ConfiguredTable]) -> Iterator[Violation]:
    """A column declared as hashed in which Macie read personal data.

    Why: Nobody can read an address in a digest: where Macie reads one, the values were never hashed, and every
        policy that trusts the declaration is wrong about them.
    Avoid: `hashed_email: {pii: hashed_email}` over addresses in clear text
    Prefer: hash the column by a keyed hash before it is shared; a waiver where a company's own identifier is mistaken
        for digests
    Source: https://docs.aws.amazon.com/macie/latest/user/findings-locate-sd.html
    """
    table = placed.declaration
    found = found_in_columns(placed)
    for index, name in enumerate(table.allowed_columns):
        pii = pii_of(table, name)
        if name in found and pii is not None and is_disguised(pii):
            message = f"{name!r} declares {pii!r}, and Macie read {listed(found[name])} in it; hash the values"
            yield Violation(("allowed_columns", index), message, name)


POLICY = Policy(hashed_column_in_clear, CONFIGURED_TABLES, Severity.CRITICAL)
