"""The budgets of a declared room: privacy budgets of its members, and access budgets of its tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

from declarations.clean_room import CleanRoom
from simulator.execution.private.privacy_settings import PrivacySettings
from simulator.privacy.accounts import Account, BudgetKind, Limit
from simulator.privacy.ledger import Ledger
from simulator.privacy.periods import Period
from simulator.request import AnalysisRequest
from simulator.sql.resolving import resolve_script
from simulator.table_rules import user_identifier

_BY_NAME = "table:"


def budgets(room: CleanRoom) -> dict[str, PrivacySettings]:
    """Return the differential privacy budget of every member who has one, by account id."""
    found: dict[str, PrivacySettings] = {}
    for membership in room.memberships:
        for template in membership.privacy_budget_templates:
            parameters = template.parameters.differential_privacy
            if parameters is not None:
                found[membership.account_id] = PrivacySettings(
                    owner=membership.account_id,
                    epsilon=parameters.epsilon,
                    users_noise_per_query=parameters.users_noise_per_query,
                    room=room.collaboration.name,
                    refresh=Period.CALENDAR_MONTH if template.auto_refresh == "CALENDAR_MONTH" else Period.LIFETIME,
                )
    return found


def payers(room: CleanRoom, request: AnalysisRequest) -> tuple[PrivacySettings, ...]:
    """Return the budgets that a query draws on: one for each owner of a table under differential privacy that it reads.

    An owner without a budget template is left out; the run is then refused.
    """
    known = budgets(room)
    tables = resolve_script(request).tables().values()
    owners = dict.fromkeys(table.owner for table in tables if user_identifier(table))
    return tuple(known[owner] for owner in owners if owner in known)


def access_budgets(room: CleanRoom) -> dict[str, Account]:
    """Return the access budget of every table that has one and is named as `table:NAME`, by lower-case table name."""
    found: dict[str, Account] = {}
    for membership in room.memberships:
        for template in membership.privacy_budget_templates:
            parameters = template.parameters.access_budget
            if parameters is None or not parameters.resource_arn.startswith(_BY_NAME):
                continue
            table = parameters.resource_arn.removeprefix(_BY_NAME)
            limits = tuple(
                Limit(Period(each.type), Fraction(each.budget), auto_refresh=each.auto_refresh != "DISABLED")
                for each in parameters.budget_parameters
            )
            found[table.lower()] = Account(
                room.collaboration.name, membership.account_id, table, BudgetKind.ACCESS_BUDGET, limits
            )
    return found


def uses_left(account: Account, ledger: Ledger | None, at: datetime) -> int:
    """Return how many uses an access budget has left: the lowest remainder of its limits; all without a ledger."""
    return int(ledger.remaining(account, at) if ledger else min(limit.amount for limit in account.limits))


def with_uses_left(
    request: AnalysisRequest, access: Mapping[str, Account], ledger: Ledger | None, at: datetime
) -> AnalysisRequest:
    """Return the request with the remaining access budgets of its tables, so that a used-up table is denied.

    Args:
        request: The query with its tables.
        access: Lower-case table name to its access budget.
        ledger: Where uses are kept; None for a room that was never used.
        at: Now.
    """
    tables = {
        name: replace(table, budget_remaining=uses_left(access[name], ledger, at)) if name in access else table
        for name, table in request.tables.items()
    }
    return replace(request, tables=tables)
