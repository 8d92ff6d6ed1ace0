"""Differential privacy: what a query over private tables may look like.

Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/dp-sql-capabilities.html
"""

from __future__ import annotations

from simulator.checks.context import Check
from simulator.checks.differential_privacy_not_configured import differential_privacy_not_configured
from simulator.checks.private_cached_table import private_cached_table
from simulator.checks.private_construct import private_construct
from simulator.checks.private_final_select import private_final_select
from simulator.checks.private_inner_query import private_inner_query
from simulator.checks.private_join import private_join
from simulator.checks.private_query_too_long import private_query_too_long
from simulator.checks.private_subquery import private_subquery
from simulator.checks.private_table_of_receiver import private_table_of_receiver

CHECKS: tuple[Check, ...] = (
    differential_privacy_not_configured,
    private_table_of_receiver,
    private_query_too_long,
    private_cached_table,
    private_final_select,
    private_inner_query,
    private_join,
    private_subquery,
    private_construct,
)
"""The structure, from the whole query to its parts."""
