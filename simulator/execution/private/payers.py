"""The members whose budgets a private run is charged to."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.analysis_rules import AnalysisRuleAggregation
from simulator.execution.errors import NotEnforceableError
from simulator.execution.private.privacy_settings import PrivacySettings
from simulator.execution.working_copy import WorkingCopy
from simulator.table_rules import has_threshold, user_identifier


def require_payers(copy: WorkingCopy, payers: Sequence[PrivacySettings]) -> tuple[PrivacySettings, ...]:
    """Return the settings of every owner of a protected table in the query, each once.

    Args:
        copy: The working copy of the query.
        payers: Settings of several owners; those whose tables are not read are left out.

    Raises:
        NotEnforceableError: An owner's settings are missing, no table has a user identifier, or a table has minimums,
            which cannot be guaranteed under noise.
    """
    by_owner = {each.owner: each for each in payers}
    settings: dict[str, PrivacySettings] = {}
    for table in copy.script.tables().values():
        if user_identifier(table):
            if table.owner not in by_owner:
                found = f", only that of {', '.join(by_owner)}" if by_owner else ""
                raise NotEnforceableError(
                    f"table {table.name!r} belongs to {table.owner}, whose privacy settings are missing{found}"
                )
            settings[table.owner] = by_owner[table.owner]
        if has_threshold(table) or isinstance(table.rule, AnalysisRuleAggregation):
            raise NotEnforceableError(
                f"table {table.name!r} has a minimum for every output row, which cannot be kept together with noise"
            )
    if not settings:
        raise NotEnforceableError("the query reads no relation with a user identifier")
    return tuple(settings.values())
