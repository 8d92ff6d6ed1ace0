"""Intermediate tables: when they can be queried. What they inherit is judged with the controls of the custom rule.

Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/working-with-intermediate-tables.html
"""

from __future__ import annotations

from simulator.checks.context import Check
from simulator.checks.intermediate_table_not_ready import intermediate_table_not_ready
from simulator.checks.intermediate_table_without_custom_rule import intermediate_table_without_custom_rule

CHECKS: tuple[Check, ...] = (intermediate_table_not_ready, intermediate_table_without_custom_rule)
"""Whether the table is there, and whether its owner said what may be asked of it."""
