"""A view that is joined on identifiers in clear text."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.bigquery.room import BigQueryView
from policies.personal_data import Identification
from policies.policy import Policy, Severity, Violation
from policies.subjects import VIEWS, Placed
from policies.views import personal_columns


def unhashed_view_join_column(placed: Placed[BigQueryView]) -> Iterator[Violation]:
    """A view that is joined on identifiers in clear text.

    Why: Whoever joins must hold the same identifiers in the clear, and each query and its log can show them.
    Avoid: `join_allowed_columns: [email]`
    Prefer: a keyed hash that the view makes or its table holds, declared as `pii: hashed_email`
    Source: https://cloud.google.com/bigquery/docs/analysis-rules
    """
    policy = placed.declaration.privacy_policy
    join = policy.join_restriction_policy if policy else None
    if join is None:
        return
    direct = personal_columns(placed, Identification.DIRECT)
    for index, name in enumerate(join.columns):
        if name.lower() in direct:
            path = ("privacy_policy", "join_restriction_policy", "join_allowed_columns", index)
            message = f"column {name!r} may be joined on and holds {direct[name.lower()]!r} in clear text"
            yield Violation(path, f"{message}; join on a keyed hash of it", name)


POLICY = Policy(unhashed_view_join_column, VIEWS, Severity.HIGH)
