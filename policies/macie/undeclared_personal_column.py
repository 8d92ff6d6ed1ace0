"""A shared column in which Macie found personal data that is not declared."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.configured_table import ConfiguredTable
from declarations.naming import listed
from policies.policy import Policy, Severity, Violation
from policies.rules import pii_of
from policies.scans import found_in_columns
from policies.subjects import CONFIGURED_TABLES, Placed


def undeclared_personal_column(placed: Placed[ConfiguredTable]) -> Iterator[Violation]:
    """A shared column in which Macie found personal data that is not declared.

    Why: Every policy about personal data reads the declared `pii`; a column that says nothing passes them
        all.
    Avoid: `notes: string`, in which e-mail addresses were found
    Prefer: `notes: {type: string, pii: email}`, and then off the allowed columns
    Source: https://docs.aws.amazon.com/macie/latest/user/findings-locate-sd.html
    """
    table = placed.declaration
    found = found_in_columns(placed)
    if None in found:
        message = f"Macie found {listed(found[None])} and names no column; look where, and declare its pii"
        yield Violation(("columns",), message)
    for index, name in enumerate(table.allowed_columns):
        if name in found and pii_of(table, name) is None:
            uses = listed(_uses(table, name), nothing="no list")
            message = f"Macie found {listed(found[name])} in {name!r}, which declares no pii and stands in {uses}"
            yield Violation(("allowed_columns", index), f"{message} of the rule; declare it", name)


def _uses(table: ConfiguredTable, column: str) -> tuple[str, ...]:
    """Return the lists of the table's rule that name *column*."""
    named = table.rule.named_columns() if table.rule else ()
    return tuple(dict.fromkeys(str(path[0]) for path, name in named if name == column))


POLICY = Policy(undeclared_personal_column, CONFIGURED_TABLES, Severity.CRITICAL)
