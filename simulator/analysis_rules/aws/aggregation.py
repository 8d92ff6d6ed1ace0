"""The aggregation analysis rule: statistics without row-level data.

Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
"""

from __future__ import annotations

from simulator.checks.additional_analyses_on_aggregation_rule import additional_analyses_on_aggregation_rule
from simulator.checks.aggregate_key import aggregate_key
from simulator.checks.aggregate_of_expression import aggregate_of_expression
from simulator.checks.alias_reference import alias_reference
from simulator.checks.arithmetic_select_item import arithmetic_select_item
from simulator.checks.between_condition import between_condition
from simulator.checks.cast_operator import cast_operator
from simulator.checks.common_table_expression import common_table_expression
from simulator.checks.context import Check
from simulator.checks.custom_trim_characters import custom_trim_characters
from simulator.checks.grouping_extension import grouping_extension
from simulator.checks.join_other_than_inner import join_other_than_inner
from simulator.checks.join_without_on import join_without_on
from simulator.checks.literal_select_item import literal_select_item
from simulator.checks.missing_join_with_query_runner import missing_join_with_query_runner
from simulator.checks.nested_function import nested_function
from simulator.checks.nulls_ordering import nulls_ordering
from simulator.checks.ordinal_key import ordinal_key
from simulator.checks.query_from_template import query_from_template
from simulator.checks.query_without_aggregate import query_without_aggregate
from simulator.checks.select_distinct import select_distinct
from simulator.checks.self_join import self_join
from simulator.checks.set_operator import set_operator
from simulator.checks.statement_other_than_select import statement_other_than_select
from simulator.checks.string_concatenation import string_concatenation
from simulator.checks.subquery import subquery
from simulator.checks.typed_literal import typed_literal
from simulator.checks.ungrouped_column import ungrouped_column
from simulator.checks.unlisted_aggregate_function import unlisted_aggregate_function
from simulator.checks.unlisted_clause import unlisted_clause
from simulator.checks.unlisted_column import unlisted_column
from simulator.checks.unlisted_construct import unlisted_construct
from simulator.checks.unlisted_function import unlisted_function
from simulator.checks.unlisted_having_condition import unlisted_having_condition
from simulator.checks.unlisted_join_column import unlisted_join_column
from simulator.checks.unlisted_join_operator import unlisted_join_operator
from simulator.checks.unlisted_match_condition import unlisted_match_condition
from simulator.checks.unlisted_scalar_function import unlisted_scalar_function
from simulator.checks.unlisted_source import unlisted_source

CHECKS: tuple[Check, ...] = (
    # the query structure
    statement_other_than_select,
    query_from_template,
    subquery,
    common_table_expression,
    set_operator,
    unlisted_clause,
    unlisted_construct,
    # SELECT
    query_without_aggregate,
    select_distinct,
    unlisted_column,
    literal_select_item,
    arithmetic_select_item,
    # aggregate functions
    unlisted_function,
    unlisted_aggregate_function,
    aggregate_of_expression,
    # scalar functions
    unlisted_scalar_function,
    nested_function,
    custom_trim_characters,
    cast_operator,
    typed_literal,
    # FROM and JOIN
    unlisted_source,
    join_other_than_inner,
    join_without_on,
    unlisted_match_condition,
    unlisted_join_column,
    unlisted_join_operator,
    self_join,
    missing_join_with_query_runner,
    # WHERE
    between_condition,
    string_concatenation,
    # GROUP BY, HAVING, ORDER BY
    ungrouped_column,
    aggregate_key,
    grouping_extension,
    ordinal_key,
    alias_reference,
    unlisted_having_condition,
    nulls_ordering,
    # the use of results
    additional_analyses_on_aggregation_rule,
)
"""The rule, in the order of its page."""
