"""What a BigQuery query costs each view under differential privacy, and what the view has left.

Source: bigquery/docs/reference/auditlogs/rest/Shared.Types/BigQueryAuditMetadata.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from declarations.bigquery.rest import RemainingBudget
from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import clause_selects, epsilon_of, policy_of, private_policies, views_of
from simulator.request import AnalysisRequest, Table

SLACK = 1e-9
"""Relative room for rounding, so that 0.1 charged ten times fits a budget of 1."""


@dataclass(frozen=True, slots=True)
class Charge:
    """What one query costs one view.

    Attributes:
        view: The view.
        epsilon: The ε that the query runs with, summed over the SELECTs with a privacy clause that read it.
        delta: δ, likewise: delta_per_query each, whatever δ the query states.
    """

    view: Table
    epsilon: float
    delta: float


def charges(context: QueryContext) -> tuple[Charge, ...]:
    """Return what the query costs, one entry a view under differential privacy, in the order of the script."""
    found: dict[int, Charge] = {}
    for select, clause in clause_selects(context):
        views = views_of(context, select)
        epsilon = epsilon_of(clause, private_policies(views))
        for view in views:
            policy = policy_of(view).differential_privacy_policy
            if policy is None or epsilon is None:
                continue
            so_far = found.get(id(view), Charge(view, 0.0, 0.0))
            found[id(view)] = replace(
                so_far, epsilon=so_far.epsilon + epsilon, delta=so_far.delta + policy.delta_per_query
            )
    return tuple(found.values())


def fits(amount: float, left: float, budget: float) -> bool:
    """Tell whether a charge fits what is left of a budget, as the ledger decides it.

    Every charge is rounded up in the ledger, so that after many of them a little less is left than is due: a billionth
    of the budget is forgiven, as there, but never half of the charge.

    Args:
        amount: ε or δ to be charged.
        left: What is left of it.
        budget: What a full budget holds of it.
    """
    return amount - left <= min(SLACK * budget, amount / 2)


def remaining(request: AnalysisRequest, view: Table) -> RemainingBudget:
    """Return what *request* says is left of the budget of *view*; all of it when it says nothing."""
    return request.budgets_left[view.name] if view.name in request.budgets_left else full_budget(view)


def full_budget(view: Table) -> RemainingBudget:
    """Return what the policy of *view* grants."""
    policy = policy_of(view).differential_privacy_policy
    assert policy is not None  # noqa: S101 - asked of views that are charged only
    return RemainingBudget(policy.epsilon_budget, policy.delta_budget)
