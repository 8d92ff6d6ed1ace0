"""Rows under differential privacy that another view shows, too."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.bigquery.room import BigQueryView
from declarations.naming import listed
from policies.policy import Policy, Severity, Violation
from policies.subjects import VIEWS, Placed
from policies.views import all_views, holds_people, tables_read


def noise_beside_another_view(placed: Placed[BigQueryView]) -> Iterator[Violation]:
    """Rows under differential privacy that another view shows, too.

    Why: Budgets of two views over the same rows add up, and nobody adds them; beside a threshold, which answers
        exactly, or a view without a policy, noise hides nothing at all.
    Avoid: a view with a threshold and a view with differential privacy over one table
    Prefer: one view a table, or a waiver that says how the losses are added
    Source: https://doi.org/10.1561/0400000042
    """
    policy = placed.declaration.privacy_policy
    if policy is None or policy.differential_privacy_policy is None:
        return
    others = [
        other.declaration.name
        for other in all_views(placed.estate)
        if other.declaration is not placed.declaration and _share(placed, other)
    ]
    if others:
        message = f"the same rows are also behind {listed(others)}"
        yield Violation((), f"{message}, and nobody adds the losses up; share them by one view")


def _share(one: Placed[BigQueryView], other: Placed[BigQueryView]) -> bool:
    """Return whether both views read the same table about people; other tables, such as shops, may be shared."""
    tables = tables_read(one) & tables_read(other)
    room = one.bigquery_room
    return any(holds_people(table) for table in room.tables if room.full_path(table.name) in tables)


POLICY = Policy(noise_beside_another_view, VIEWS, Severity.HIGH)
