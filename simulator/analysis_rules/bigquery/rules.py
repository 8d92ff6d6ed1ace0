"""The analysis rules of BigQuery, in the order in which BigQuery reports: the first finding is what it would say.

Evidence exists for the join restriction before the missing clause; the rest of the order is a convention.

Source: https://docs.cloud.google.com/bigquery/docs/analysis-rules
"""

from __future__ import annotations

from simulator.checks.ambiguous_privacy_unit import ambiguous_privacy_unit
from simulator.checks.context import Check
from simulator.checks.epsilon_above_policy import epsilon_above_policy
from simulator.checks.filtered_privacy_unit import filtered_privacy_unit
from simulator.checks.foreign_spelling import foreign_spelling
from simulator.checks.impossible_key import impossible_key
from simulator.checks.insufficient_privacy_budget import insufficient_privacy_budget
from simulator.checks.join_policy_without_columns import join_policy_without_columns
from simulator.checks.join_without_privacy_unit import join_without_privacy_unit
from simulator.checks.misplaced_aggregate import misplaced_aggregate
from simulator.checks.missing_clause_option import missing_clause_option
from simulator.checks.missing_private_clause import missing_private_clause
from simulator.checks.mixed_privacy_units import mixed_privacy_units
from simulator.checks.mixed_set_operation import mixed_set_operation
from simulator.checks.nested_policies import nested_policies
from simulator.checks.numeric_private_argument import numeric_private_argument
from simulator.checks.option_above_policy import option_above_policy
from simulator.checks.other_private_clause import other_private_clause
from simulator.checks.overridden_privacy_unit import overridden_privacy_unit
from simulator.checks.policy_column_missing import policy_column_missing
from simulator.checks.private_expression_subquery import private_expression_subquery
from simulator.checks.private_grouping_set import private_grouping_set
from simulator.checks.private_inner_scan import private_inner_scan
from simulator.checks.private_select_distinct import private_select_distinct
from simulator.checks.private_select_without_aggregate import private_select_without_aggregate
from simulator.checks.private_select_without_from import private_select_without_from
from simulator.checks.projected_privacy_unit import projected_privacy_unit
from simulator.checks.public_outer_join import public_outer_join
from simulator.checks.restricted_column_join import restricted_column_join
from simulator.checks.subquery_without_privacy_unit import subquery_without_privacy_unit
from simulator.checks.threshold_below_policy import threshold_below_policy
from simulator.checks.time_travel import time_travel
from simulator.checks.unfit_aggregate_argument import unfit_aggregate_argument
from simulator.checks.unfit_call import unfit_call
from simulator.checks.unfit_condition import unfit_condition
from simulator.checks.unfit_contribution_bounds import unfit_contribution_bounds
from simulator.checks.unfit_option_value import unfit_option_value
from simulator.checks.ungroupable_key import ungroupable_key
from simulator.checks.ungroupable_privacy_unit import ungroupable_privacy_unit
from simulator.checks.ungrouped_value import ungrouped_value
from simulator.checks.unknown_clause_option import unknown_clause_option
from simulator.checks.unknown_field import unknown_field
from simulator.checks.unknown_function import unknown_function
from simulator.checks.unlike_operands import unlike_operands
from simulator.checks.unreadable_constant import unreadable_constant
from simulator.checks.unsatisfied_join_restriction import unsatisfied_join_restriction
from simulator.checks.unsupported_private_aggregate import unsupported_private_aggregate

CHECKS: tuple[Check, ...] = (
    # what BigQuery cannot read
    foreign_spelling,
    unknown_function,
    # names, views and their policies
    ambiguous_privacy_unit,
    unknown_field,
    policy_column_missing,
    ungroupable_privacy_unit,
    nested_policies,
    mixed_privacy_units,
    time_travel,
    # the join restriction
    join_policy_without_columns,
    restricted_column_join,
    unsatisfied_join_restriction,
    # the clause
    missing_private_clause,
    other_private_clause,
    private_select_without_from,
    private_select_distinct,
    # options, by themselves and against the policy
    unknown_clause_option,
    unfit_option_value,
    missing_clause_option,
    overridden_privacy_unit,
    threshold_below_policy,
    epsilon_above_policy,
    option_above_policy,
    # what is selected
    private_select_without_aggregate,
    private_grouping_set,
    unsupported_private_aggregate,
    unfit_contribution_bounds,
    numeric_private_argument,
    projected_privacy_unit,
    filtered_privacy_unit,
    # FROM
    mixed_set_operation,
    subquery_without_privacy_unit,
    private_expression_subquery,
    join_without_privacy_unit,
    public_outer_join,
    private_inner_scan,
    # what every engine refuses
    ungrouped_value,
    ungroupable_key,
    impossible_key,
    misplaced_aggregate,
    unfit_aggregate_argument,
    unfit_call,
    unfit_condition,
    unlike_operands,
    unreadable_constant,
    # the budget
    insufficient_privacy_budget,
)
"""The rules, asked of every query."""
