"""The budgets in a collaboration's budget templates, and the ledger of what is spent.

Source: API PrivacyBudgetTemplate, AccessBudget; userguide/configure-data-access-budget, userguide/dp-settings.
"""

from __future__ import annotations

from fractions import Fraction

from simulator.api.store import Record
from simulator.api.world import WORLD
from simulator.execution.private.privacy_settings import PrivacySettings
from simulator.privacy.accounts import Account, BudgetKind, Limit
from simulator.privacy.ledger import Ledger
from simulator.privacy.periods import Period


def ledger() -> Ledger:
    """Return the ledger of all collaborations of this process."""
    return Ledger(WORLD.folder / "ledger.sqlite")


def is_privacy_template(template: Record) -> bool:
    """Tell whether a budget template is for differential privacy."""
    return bool(template.body["privacyBudgetType"] == "DIFFERENTIAL_PRIVACY")


def privacy_settings(template: Record) -> PrivacySettings:
    """Return the settings of a differential privacy template."""
    stated = template.body["parameters"]["differentialPrivacy"]
    return PrivacySettings(
        owner=template.account,
        epsilon=stated["epsilon"],
        users_noise_per_query=stated["usersNoisePerQuery"],
        room=template.body["collaborationId"],
        template=template.id,
        refresh=Period.CALENDAR_MONTH if template.body["autoRefresh"] == "CALENDAR_MONTH" else Period.LIFETIME,
    )


def access_account(template: Record) -> Account:
    """Return the account of an access budget template: uses of one table."""
    stated = template.body["parameters"]["accessBudget"]["budgetParameters"]
    limits = tuple(
        Limit(Period(each["type"]), Fraction(each["budget"]), each.get("autoRefresh", "ENABLED") == "ENABLED")
        for each in stated
    )
    return Account(template.body["collaborationId"], template.account, template.id, BudgetKind.ACCESS_BUDGET, limits)


def account_of(template: Record) -> Account:
    """Return the account of either kind of template."""
    return privacy_settings(template).account if is_privacy_template(template) else access_account(template)
