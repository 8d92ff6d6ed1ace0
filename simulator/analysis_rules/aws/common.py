"""What AWS Clean Rooms asks of every query, whatever rules its tables have."""

from __future__ import annotations

from simulator.checks.context import Check
from simulator.checks.foreign_spelling import foreign_spelling
from simulator.checks.inactive_payer import inactive_payer
from simulator.checks.inactive_query_runner import inactive_query_runner
from simulator.checks.inactive_receiver import inactive_receiver
from simulator.checks.jobs_only_table import jobs_only_table
from simulator.checks.mixed_rule_types import mixed_rule_types
from simulator.checks.query_without_table import query_without_table
from simulator.checks.submitted_by_other_member import submitted_by_other_member
from simulator.checks.table_without_rule import table_without_rule
from simulator.checks.too_many_tables import too_many_tables
from simulator.checks.unreadable_constant import unreadable_constant

CHECKS: tuple[Check, ...] = (
    foreign_spelling,
    query_without_table,
    too_many_tables,
    table_without_rule,
    jobs_only_table,
    mixed_rule_types,
    unreadable_constant,
    submitted_by_other_member,
    inactive_query_runner,
    inactive_payer,
    inactive_receiver,
)
"""Checks of every query, in the order in which the service could notice."""
