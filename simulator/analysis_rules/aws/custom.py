"""The custom analysis rule: approved analyses, and what its controls keep out of them.

Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-custom.html
"""

from __future__ import annotations

from simulator.checks.ambiguous_threshold_override import ambiguous_threshold_override
from simulator.checks.analysis_not_approved import analysis_not_approved
from simulator.checks.column_comparison_not_allowed import column_comparison_not_allowed
from simulator.checks.computed_aggregate_argument import computed_aggregate_argument
from simulator.checks.context import Check
from simulator.checks.disallowed_column_cached import disallowed_column_cached
from simulator.checks.disallowed_output_column import disallowed_output_column
from simulator.checks.identity_compared_with_literal import identity_compared_with_literal
from simulator.checks.impossible_key import impossible_key
from simulator.checks.literal_comparison_not_allowed import literal_comparison_not_allowed
from simulator.checks.misplaced_aggregate import misplaced_aggregate
from simulator.checks.misplaced_parameter import misplaced_parameter
from simulator.checks.ordered_set_operand import ordered_set_operand
from simulator.checks.parameter_in_hint import parameter_in_hint
from simulator.checks.parameter_value_unfit import parameter_value_unfit
from simulator.checks.row_level_result_under_threshold import row_level_result_under_threshold
from simulator.checks.unaccompanied_aggregate import unaccompanied_aggregate
from simulator.checks.unfit_operand import unfit_operand
from simulator.checks.ungrouped_value import ungrouped_value
from simulator.checks.unknown_function import unknown_function
from simulator.checks.unsupported_correlation import unsupported_correlation
from simulator.checks.unsupported_function_under_controls import unsupported_function_under_controls
from simulator.checks.unsupported_sql_under_controls import unsupported_sql_under_controls

CHECKS: tuple[Check, ...] = (
    # who may run what
    analysis_not_approved,
    parameter_in_hint,
    misplaced_parameter,
    parameter_value_unfit,
    # what the engine takes
    unsupported_correlation,
    ordered_set_operand,
    impossible_key,
    ungrouped_value,
    misplaced_aggregate,
    unfit_operand,
    unknown_function,
    # disallowed output columns
    disallowed_output_column,
    disallowed_column_cached,
    # SQL under thresholds and comparison controls
    unsupported_sql_under_controls,
    unsupported_function_under_controls,
    # minimum aggregation thresholds
    computed_aggregate_argument,
    unaccompanied_aggregate,
    row_level_result_under_threshold,
    ambiguous_threshold_override,
    identity_compared_with_literal,
    # comparison controls
    literal_comparison_not_allowed,
    column_comparison_not_allowed,
)
"""The rule, in the order of its pages."""
