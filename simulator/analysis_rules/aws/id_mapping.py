"""The rule of ID mapping tables, beside the rule of the tables that they connect.

Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-id-mapping-table.html
"""

from __future__ import annotations

from simulator.checks.context import Check
from simulator.checks.mapping_column_outside_join import mapping_column_outside_join
from simulator.checks.mapping_overlap_missing import mapping_overlap_missing
from simulator.checks.mapping_table_on_outer_side import mapping_table_on_outer_side

CHECKS: tuple[Check, ...] = (mapping_overlap_missing, mapping_table_on_outer_side, mapping_column_outside_join)
"""The rule, in the order of its page."""
