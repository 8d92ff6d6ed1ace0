"""Privacy budgets: what is left under each template.

Source: API ListPrivacyBudgets, ListCollaborationPrivacyBudgets, PrivacyBudget; userguide/dp-settings.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from simulator.api.calls import Answer, Call
from simulator.api.cleanrooms.lookup import own_membership, shared
from simulator.api.cleanrooms.privacy_budget_template import KIND
from simulator.api.cleanrooms.spending import access_account, is_privacy_template, ledger, privacy_settings
from simulator.api.store import Record
from simulator.privacy.accounts import Account
from simulator.privacy.budget import Aggregation
from simulator.privacy.periods import Period, next_refresh, period_start


def list_privacy_budgets(call: Call) -> Answer:
    """List the budgets of a membership's templates."""
    own = call.store.of(KIND, parent=own_membership(call).id)
    return {"privacyBudgetSummaries": list(_budgets(call, own))}


def list_collaboration_privacy_budgets(call: Call) -> Answer:
    """List the budgets of all members."""
    return {"collaborationPrivacyBudgetSummaries": list(_budgets(call, shared(call, KIND)))}


def _budgets(call: Call, templates: list[Record]) -> Iterator[dict[str, Any]]:
    arn = call.asked.get("accessBudgetResourceArn")
    for template in templates:
        if template.body["privacyBudgetType"] != call.asked["privacyBudgetType"]:
            continue
        if arn is not None and template.body["parameters"].get("accessBudget", {}).get("resourceArn") != arn:
            continue
        budget = _private(template, call.now) if is_privacy_template(template) else _access(template, call.now)
        # A template has one budget at a time, so the budget has the template's id.
        yield {
            **template.body,
            "privacyBudgetTemplateId": template.id,
            "privacyBudgetTemplateArn": template.arn,
            "type": template.body["privacyBudgetType"],
            "budget": budget,
        }


def _private(template: Record, now: datetime) -> dict[str, Any]:
    settings = privacy_settings(template)
    model, epsilon, users = settings.model, settings.epsilon, settings.users_noise_per_query
    spent = ledger().spent(settings.account, now)
    aggregations = [
        {
            "type": function.value,
            "maxCount": model.max_count(function, epsilon, users),
            "remainingCount": model.remaining_count(function, epsilon, users, spent),
        }
        for function in Aggregation
    ]
    return {"differentialPrivacy": {"aggregations": aggregations, "epsilon": epsilon}}


def _access(template: Record, now: datetime) -> dict[str, Any]:
    account = access_account(template)
    stated = template.body["parameters"]["accessBudget"]
    return {
        "accessBudget": {
            "resourceArn": stated["resourceArn"],
            "details": [_detail(template, account, each, now) for each in stated["budgetParameters"]],
            "aggregateRemainingBudget": int(ledger().remaining(account, now)),
        }
    }


def _detail(template: Record, account: Account, stated: dict[str, Any], now: datetime) -> dict[str, Any]:
    period = Period(stated["type"])
    limit = next(each for each in account.limits if each.period is period)
    one = Account(account.room, account.owner, account.template, account.kind, (limit,))
    lasts = period is Period.LIFETIME
    return {
        "startTime": template.body["createTime"]
        if lasts
        else max(period_start(period, now), template.body["createTime"]),
        "endTime": None if lasts else next_refresh(period, now),
        "remainingBudget": int(ledger().remaining(one, now)),
        "budget": stated["budget"],
        "budgetType": stated["type"],
        "autoRefresh": stated.get("autoRefresh"),
    }
