"""A column of a view whose personal data is not declared, or not in a word that policies know."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.bigquery.room import BigQueryView
from policies.personal_data import is_identifying_name, not_understood
from policies.policy import Level, Policy, Severity, Violation
from policies.subjects import VIEWS, Placed
from policies.views import shown_columns


def unclassified_view_column(placed: Placed[BigQueryView]) -> Iterator[Violation]:
    """A column of a view whose personal data is not declared, or not in a word that policies know.

    Why: Every policy about personal data reads the declared `pii`; a forgotten word lets a column pass them all, and a
        word that they do not know counts as an identifier in clear text.
    Avoid: `columns: {email: STRING}` of a table
    Prefer: `columns: {email: {type: STRING, pii: email}}`; a waiver where the name misleads
    Source: https://gdpr-info.eu/art-4-gdpr/
    """
    for shown in shown_columns(placed):
        called = (shown.name, *(origin.column for origin in shown.origins))
        name = next((one for one in called if is_identifying_name(one)), None)
        if name and not shown.pii:
            message = f"column {shown.name!r} shows what is called {name!r} and declares nothing personal"
            yield Violation(("query",), f"{message}; say what it holds, or waive this", shown.name)
        for doubt in filter(None, map(not_understood, shown.pii)):
            yield Violation(("query",), f"column {shown.name!r} shows pii {doubt}", shown.name)


POLICY = Policy(unclassified_view_column, VIEWS, Severity.MEDIUM, level=Level.ADVISORY)
