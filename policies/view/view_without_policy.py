"""A view that shows rows about people and has no privacy policy."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.bigquery.room import BigQueryView
from declarations.naming import listed
from policies.policy import Policy, Severity, Violation
from policies.subjects import VIEWS, Placed
from policies.views import PERSON, columns_of_tables, personal_columns


def view_without_policy(placed: Placed[BigQueryView]) -> Iterator[Violation]:
    """A view that shows rows about people and has no privacy policy.

    Why: Without a policy a view is a table: SELECT * returns every person in it.
    Avoid: a view over a table with `customer_id` and no `privacy_policy`
    Prefer: a threshold, differential privacy, or a join restriction on the view
    Source: https://cloud.google.com/bigquery/docs/analysis-rules
    """
    if placed.declaration.privacy_policy is not None:
        return
    shown = set(columns_of_tables(placed).values())
    if people := [name for name in personal_columns(placed, *PERSON) if name in shown]:
        message = f"it shows {listed(people)} of every row and has no privacy_policy; give it one, or leave these out"
        yield Violation(("privacy_policy",), message)


POLICY = Policy(view_without_policy, VIEWS, Severity.CRITICAL)
