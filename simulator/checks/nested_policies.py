"""A protected view that is built on another protected view."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.naming import listed
from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import RULES_PAGE
from simulator.verdict import Basis, Finding


def nested_policies(context: QueryContext) -> Iterator[Finding]:
    """A view with a privacy policy whose query reads views with a privacy policy.

    Where it is settled that the view may be queried, the higher of two thresholds holds. Other rules below the view,
    and thresholds that count other units, would no longer hold; such a view is refused in any case.

    Why: It is not published whose rule then holds, and the outer policy alone does not enforce the inner one.
    Avoid: a policy on a view over a protected view
    Prefer: a policy on a view over tables
    Source: https://docs.cloud.google.com/bigquery/docs/analysis-rules
    """
    for table in context.script.tables().values():
        view = table.protected_view
        if view is not None and view.built_on:
            message = f"'{table.name}' has a privacy policy and reads views that have one: {listed(view.built_on)}"
            if view.holds_built_on:
                yield from context.open(nested_policies, "policy_on_protected_view", message, RULES_PAGE, table=table)
                continue
            message += "; its own policy does not enforce theirs"
            yield from context.deny(nested_policies, message, RULES_PAGE, table=table, basis=Basis.DERIVED)
