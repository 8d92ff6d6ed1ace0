"""The list analysis rule: row-level lists of the overlap between tables.

Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-list.html
"""

from __future__ import annotations

from simulator.checks.arithmetic_select_item import arithmetic_select_item
from simulator.checks.between_condition import between_condition
from simulator.checks.common_table_expression import common_table_expression
from simulator.checks.context import Check
from simulator.checks.join_other_than_inner import join_other_than_inner
from simulator.checks.join_without_on import join_without_on
from simulator.checks.limit_below_one import limit_below_one
from simulator.checks.literal_select_item import literal_select_item
from simulator.checks.missing_join_with_query_runner import missing_join_with_query_runner
from simulator.checks.query_from_template import query_from_template
from simulator.checks.select_without_distinct import select_without_distinct
from simulator.checks.self_join import self_join
from simulator.checks.set_operator import set_operator
from simulator.checks.statement_other_than_select import statement_other_than_select
from simulator.checks.string_concatenation import string_concatenation
from simulator.checks.subquery import subquery
from simulator.checks.unlisted_clause import unlisted_clause
from simulator.checks.unlisted_column import unlisted_column
from simulator.checks.unlisted_construct import unlisted_construct
from simulator.checks.unlisted_join_column import unlisted_join_column
from simulator.checks.unlisted_join_operator import unlisted_join_operator
from simulator.checks.unlisted_match_condition import unlisted_match_condition
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
    limit_below_one,
    # SELECT
    select_without_distinct,
    unlisted_column,
    literal_select_item,
    arithmetic_select_item,
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
)
"""The rule, in the order of its page."""
