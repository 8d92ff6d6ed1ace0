"""A column of a view that is called like an identifier and declares no personal data."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.bigquery.room import BigQueryView
from policies.personal_data import is_identifying_name
from policies.policy import Level, Policy, Severity, Violation
from policies.subjects import VIEWS, Placed
from policies.views import shown_columns


def unclassified_view_column(placed: Placed[BigQueryView]) -> Iterator[Violation]:
    """A column of a view that is called like an identifier and declares no personal data.

    Why: Every policy about personal data reads the declared `pii`; a forgotten word lets a column pass them all.
    Avoid: `columns: {email: STRING}` of a table
    Prefer: `columns: {email: {type: STRING, pii: email}}`; a waiver where the name misleads
    Source: https://gdpr-info.eu/art-4-gdpr/
    """
    for shown in shown_columns(placed):
        called = (shown.name, *(origin.column for origin in shown.origins))
        name = next((one for one in called if is_identifying_name(one)), None)
        if name and not shown.pii:
            message = f"column {shown.name!r} shows what is called {name!r} and declares no pii; say what it holds"
            yield Violation(("query",), message, shown.name)


POLICY = Policy(unclassified_view_column, VIEWS, Severity.MEDIUM, level=Level.ADVISORY)
