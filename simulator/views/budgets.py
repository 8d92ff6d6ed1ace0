"""The budgets of a BigQuery room's views in the ledger: ε and δ, each an account of its own.

A budget is that of a view, `project.dataset.view`, whatever the room is called that declares it. BigQuery fills it up
when the view is made anew or its policy is updated. An account therefore belongs to a view under one policy: with
another policy in the room file the view has another account, which is full. What the file cannot show, making the view
anew as it was, `renew` does.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from hashlib import sha256

from declarations.bigquery.privacy_policy import DifferentialPrivacyPolicy, PrivacyPolicy
from declarations.bigquery.rest import RemainingBudget
from declarations.bigquery.room import BigQueryRoom
from simulator.checks.private_charges import SLACK, Charge
from simulator.privacy.accounts import Account, BudgetKind, Limit
from simulator.privacy.ledger import Ledger
from simulator.privacy.periods import Period
from simulator.request import AnalysisRequest

_WHOLE = 1 + Fraction(SLACK)
_FINGERPRINT = 12


@dataclass(frozen=True, slots=True)
class ViewBudget:
    """The budget of one view under differential privacy.

    Attributes:
        view: Path of the view, as declared.
        policy: What it grants.
        epsilon: The account of ε, in shares of epsilon_budget.
        delta: The account of δ, in shares of delta_budget.
    """

    view: str
    policy: DifferentialPrivacyPolicy
    epsilon: Account
    delta: Account

    def left(self, ledger: Ledger | None, at: datetime) -> RemainingBudget:
        """Return what is left at *at*; all of it without a ledger."""
        if ledger is None:
            return RemainingBudget(self.policy.epsilon_budget, self.policy.delta_budget)
        return RemainingBudget(_left(self.epsilon, ledger, at), _left(self.delta, ledger, at))

    def charged(self, charge: Charge) -> Iterator[tuple[Account, Fraction]]:
        """Yield what the ledger is to set aside for *charge*."""
        for account, amount in ((self.epsilon, charge.epsilon), (self.delta, charge.delta)):
            yield account, Fraction(amount) * account.known_unit

    def renew(self, ledger: Ledger) -> None:
        """Fill the budget up, as updating the view's policy or making the view anew does."""
        ledger.delete(self.epsilon)
        ledger.delete(self.delta)


def view_budgets(room: BigQueryRoom) -> dict[str, ViewBudget]:
    """Return the budget of every view under differential privacy, by the path of the view."""
    return {
        view.name: _budget(room, view.name, view.privacy_policy)
        for view in room.views
        if view.privacy_policy is not None and view.privacy_policy.differential_privacy_policy is not None
    }


def with_budgets_left(
    request: AnalysisRequest, budgets: Mapping[str, ViewBudget], ledger: Ledger | None, at: datetime
) -> AnalysisRequest:
    """Return *request* with what each view has left, by which its verdict is given."""
    return replace(request, budgets_left={name: budget.left(ledger, at) for name, budget in budgets.items()})


def ledger_charges(budgets: Mapping[str, ViewBudget], charges: Iterable[Charge]) -> list[tuple[Account, Fraction]]:
    """Return what the ledger is to set aside for the charges of one query."""
    return [pair for charge in charges for pair in budgets[charge.view.name].charged(charge)]


def _budget(room: BigQueryRoom, name: str, policy: PrivacyPolicy) -> ViewBudget:
    private = policy.differential_privacy_policy
    assert private is not None  # noqa: S101 - asked of views under differential privacy only
    project, _, path = room.full_path(name).partition(".")
    digest = sha256(_canonical_text(policy).encode()).hexdigest()[:_FINGERPRINT]

    def account(kind: BudgetKind, budget: float) -> Account:
        limit = Limit(Period.LIFETIME, _WHOLE)
        return Account(project, f"{project} (policy {digest})", path, kind, (limit,), 1 / Fraction(budget))

    return ViewBudget(
        name,
        private,
        account(BudgetKind.VIEW_EPSILON, private.epsilon_budget),
        account(BudgetKind.VIEW_DELTA, private.delta_budget),
    )


def _canonical_text(policy: PrivacyPolicy) -> str:
    """Return the same text for every spelling of *policy*: another text is another account, with a full budget.

    BigQuery tells no upper from lower case in names of columns. What is absent has no place in it, so that a policy
    keeps its account when a later version knows more fields.
    """
    rules = policy.model_dump(mode="json", exclude_none=True)
    for rule in rules.values():
        if "privacy_unit_column" in rule:
            rule["privacy_unit_column"] = rule["privacy_unit_column"].lower()
        columns = {name.lower() for name in rule.pop("join_allowed_columns", ())}
        if columns:
            rule["join_allowed_columns"] = sorted(columns)
    return json.dumps(rules, sort_keys=True)


def _left(account: Account, ledger: Ledger, at: datetime) -> float:
    return float(max(Fraction(0), 1 - ledger.spent(account, at)) / account.known_unit)
