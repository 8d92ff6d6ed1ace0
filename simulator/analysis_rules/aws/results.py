"""Where results go and what they are used for, whatever rules the tables have.

Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/add-collaboration-analysis-rule.html
"""

from __future__ import annotations

from simulator.checks.additional_analysis_not_allowed import additional_analysis_not_allowed
from simulator.checks.context import Check
from simulator.checks.direct_result_of_additional_only_table import direct_result_of_additional_only_table
from simulator.checks.receiver_not_allowed import receiver_not_allowed
from simulator.checks.spent_access_budget import spent_access_budget

CHECKS: tuple[Check, ...] = (
    receiver_not_allowed,
    direct_result_of_additional_only_table,
    additional_analysis_not_allowed,
    spent_access_budget,
)
"""Checks of every query that names a receiver, feeds an analysis or draws on a budget."""
