"""From a declared room to the privacy budgets that its queries draw on."""

from __future__ import annotations

from declarations.analysis_rules import AnalysisRuleCustom
from declarations.clean_room import CleanRoom
from simulator.execution.privacy_settings import PrivacySettings
from simulator.privacy.periods import Period
from simulator.request import AnalysisRequest
from simulator.sql.resolving import resolve_script


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


def privacy_settings(room: CleanRoom, request: AnalysisRequest) -> PrivacySettings | None:
    """Return the budget that a query draws on; None when it reads no table under differential privacy."""
    for table in resolve_script(request).tables().values():
        if isinstance(table.rule, AnalysisRuleCustom) and table.rule.differential_privacy:
            return budgets(room).get(table.owner)
    return None
