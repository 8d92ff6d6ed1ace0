"""A privacy budget that is not enough for the query."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.bigquery.names import short_name
from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import RULES_PAGE
from simulator.checks.private_charges import charges, fits, full_budget, remaining
from simulator.verdict import Finding


def insufficient_privacy_budget(context: QueryContext) -> Iterator[Finding]:
    """A view under differential privacy with less ε or δ left than the query costs.

    A query costs the ε that it asks for, or max_epsilon_per_query, and delta_per_query. Altering the view's policy, or
    making the view anew, fills the budget up.

    Why: What queries tell about one person adds up. The budget is the most that all of them may tell together, so a
        query that needs more than is left is refused.
    Avoid: `OPTIONS(epsilon = 10)` on a view with 5.6 left
    Prefer: `OPTIONS(epsilon = 5)`, or a view whose policy was altered
    Source: https://docs.cloud.google.com/bigquery/docs/analysis-rules#dp_analysis_rules
    """
    for charge in charges(context):
        left = remaining(context.request, charge.view)
        full = full_budget(charge.view)
        if fits(charge.epsilon, left.epsilon, full.epsilon) and fits(charge.delta, left.delta, full.delta):
            continue
        needs = f"epsilon {charge.epsilon:g} of {left.epsilon:g} left, delta {charge.delta:g} of {left.delta:g} left"
        text = f"Privacy budget is not sufficient for table '{short_name(charge.view.name)}' in this query."
        message = f"the budget of '{charge.view.name}' is not enough for the query: it needs {needs}"
        yield from context.deny(
            insufficient_privacy_budget, message, RULES_PAGE, table=charge.view, service_message=text
        )
