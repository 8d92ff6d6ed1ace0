"""Why a case of BigQuery is denied: the words of the case files, and the checks that say so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.verdict import Verdict

STATEMENT = ("view_statement",)
"""What every statement that is refused is reported as; its message tells why."""

REASONS: Mapping[str, tuple[str, ...]] = {
    "budget_exhausted": ("insufficient_privacy_budget",),
    "delta_out_of_range": ("unfit_option_value",),
    "distinct_not_supported": ("private_select_distinct",),
    "epsilon_not_positive": ("unfit_option_value",),
    "grouping_not_supported": ("unsupported_private_aggregate",),
    "join_all_unsatisfied": ("unsatisfied_join_restriction",),
    "join_any_unsatisfied": ("unsatisfied_join_restriction",),
    "join_condition_not_for_list_overlap": STATEMENT,
    "join_restricted_column": ("restricted_column_join",),
    "max_groups_above_policy": ("option_above_policy",),
    "missing_select_with": ("missing_private_clause",),
    "no_aggregation": ("private_select_without_aggregate",),
    "no_from_clause": ("private_select_without_from",),
    "numeric_not_allowed": ("numeric_private_argument",),
    "option_out_of_range": ("unfit_option_value",),
    "outer_join_public_side": ("public_outer_join",),
    "policy_budget_not_larger": STATEMENT,
    "policy_frozen_by_join_policy": STATEMENT,
    "policy_join_columns_forbidden": STATEMENT,
    "policy_join_columns_missing": ("join_policy_without_columns", *STATEMENT),
    "policy_not_json": STATEMENT,
    "policy_on_materialized_view": STATEMENT,
    "policy_switch_forbidden": STATEMENT,
    "policy_unknown_enum": STATEMENT,
    "policy_value_out_of_range": STATEMENT,
    "policy_value_wrong_type": STATEMENT,
    "privacy_unit_filtered": ("filtered_privacy_unit",),
    "privacy_unit_override": ("overridden_privacy_unit",),
    "privacy_unit_projected": ("projected_privacy_unit",),
    "private_join_without_unit": ("join_without_privacy_unit",),
    "rollup_not_supported": ("private_grouping_set",),
    "set_operation_mixed": ("mixed_set_operation",),
    "subquery_drops_privacy_unit": ("subquery_without_privacy_unit",),
    "threshold_missing": ("missing_clause_option",),
    "time_travel_disabled": ("time_travel",),
    "unit_not_path": ("unfit_option_value",),
    "unknown_option": ("unknown_clause_option",),
    "unknown_select_with": ("syntax_error",),
    "unsupported_aggregate": ("unsupported_private_aggregate",),
    "unsupported_option": ("unknown_clause_option",),
    "wrong_bounds_argument": ("unfit_contribution_bounds", "syntax_error"),
    "wrong_select_with": ("other_private_clause",),
}
"""The checks by the case files' own words; any other word is the name of a check."""


def reason_mismatch(case: Mapping[str, Any], verdict: Verdict) -> str | None:
    """Return how the first definite finding differs from the `reason` of a case; None when it does not, or has none."""
    if "reason" not in case:
        return None
    expected = REASONS.get(case["reason"], (case["reason"],))
    found = next((finding.check for finding in verdict.findings if finding.setting is None), None)
    return None if found in expected else f"the reason is {found!r}; expected {' or '.join(map(repr, expected))}"
