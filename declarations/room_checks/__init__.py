"""Checks of a room as a whole: each reads a room and yields problems.

The order is the order in which problems are shown.
"""

from __future__ import annotations

from declarations.room_checks.abilities import job_runners, pyspark_authors, query_runners
from declarations.room_checks.budgets import budgeted_tables, budgets_per_member
from declarations.room_checks.names import duplicate_display_names, duplicate_names, outside_accounts, unknown_accounts
from declarations.room_checks.payers import payer_mismatches
from declarations.room_checks.quotas import exceeded_quotas
from declarations.room_checks.references import association_tables, template_references
from declarations.room_checks.tables import (
    association_rules,
    differential_privacy_columns,
    differential_privacy_of_receivers,
    intermediate_owners,
    jobs_only,
    legacy_sources,
    legacy_types,
    metrics,
)

ROOM_CHECKS = (
    query_runners,
    job_runners,
    unknown_accounts,
    duplicate_display_names,
    duplicate_names,
    association_tables,
    association_rules,
    template_references,
    outside_accounts,
    jobs_only,
    pyspark_authors,
    differential_privacy_columns,
    differential_privacy_of_receivers,
    intermediate_owners,
    legacy_sources,
    legacy_types,
    budgets_per_member,
    budgeted_tables,
    payer_mismatches,
    metrics,
    exceeded_quotas,
)
"""Every check of a whole room."""
