"""The baseline pack, in the order in which it is shown."""

from __future__ import annotations

from policies.association import (
    administrator_role,
    role_of_another_account,
    unlimited_result_receivers,
)
from policies.audience_model import (
    managed_resource_policies,
    model_of_another_account,
)
from policies.collaboration import (
    changes_without_approval,
    cleartext_beside_ciphertext,
    duplicate_fingerprints,
    ended_analytics_engine,
    exported_query_logs,
    fingerprints_joined_across_names,
    preserved_nulls,
    too_many_result_receivers,
    unlogged_jobs,
    unlogged_queries,
    unrestricted_result_regions,
    unstated_payer,
    unstated_purpose,
)
from policies.configured_table import (
    additional_analyses_of_people,
    aggregation_without_join,
    any_expression_under_threshold,
    averaged_identifier,
    disjunctive_joins,
    exempt_output_column,
    literal_comparison_on_identifier,
    low_minimum,
    lowered_output_threshold,
    minimum_on_impersonal_column,
    personal_column_listed,
    personal_dimension,
    personal_output_column,
    quasi_identifiers_together,
    regrouping_functions,
    threshold_on_impersonal_column,
    too_many_dimensions,
    undeclared_columns,
    unhashed_join_column,
    unreviewed_jobs,
    unreviewed_queries,
    unused_allowed_column,
    user_column_without_person,
)
from policies.data_source import (
    bucket_without_own_key,
    public_bucket,
    untagged_source,
    wildcard_role_action,
    wildcard_role_resource,
)
from policies.id_mapping import id_mapping_without_own_key
from policies.intermediate_table import (
    intermediate_table_with_any_query,
    intermediate_table_without_own_key,
    long_retention,
)
from policies.membership import (
    missing_tags,
    unlogged_membership,
)
from policies.policy import Policy
from policies.privacy_budget import (
    epsilon_above_limit,
    little_noise,
    refresh_over_unchanged_rows,
    refreshed_without_lifetime_limit,
)
from policies.room import (
    one_table_in_several_rooms,
    unlimited_queries,
)

POLICIES: tuple[Policy, ...] = (
    changes_without_approval.POLICY,
    cleartext_beside_ciphertext.POLICY,
    duplicate_fingerprints.POLICY,
    ended_analytics_engine.POLICY,
    exported_query_logs.POLICY,
    fingerprints_joined_across_names.POLICY,
    preserved_nulls.POLICY,
    too_many_result_receivers.POLICY,
    unlogged_jobs.POLICY,
    unlogged_queries.POLICY,
    unrestricted_result_regions.POLICY,
    unstated_payer.POLICY,
    unstated_purpose.POLICY,
    missing_tags.POLICY,
    unlogged_membership.POLICY,
    additional_analyses_of_people.POLICY,
    aggregation_without_join.POLICY,
    any_expression_under_threshold.POLICY,
    averaged_identifier.POLICY,
    disjunctive_joins.POLICY,
    exempt_output_column.POLICY,
    literal_comparison_on_identifier.POLICY,
    low_minimum.POLICY,
    lowered_output_threshold.POLICY,
    minimum_on_impersonal_column.POLICY,
    personal_column_listed.POLICY,
    personal_dimension.POLICY,
    personal_output_column.POLICY,
    quasi_identifiers_together.POLICY,
    regrouping_functions.POLICY,
    threshold_on_impersonal_column.POLICY,
    too_many_dimensions.POLICY,
    undeclared_columns.POLICY,
    unhashed_join_column.POLICY,
    unreviewed_jobs.POLICY,
    unreviewed_queries.POLICY,
    unused_allowed_column.POLICY,
    user_column_without_person.POLICY,
    administrator_role.POLICY,
    role_of_another_account.POLICY,
    unlimited_result_receivers.POLICY,
    epsilon_above_limit.POLICY,
    little_noise.POLICY,
    refresh_over_unchanged_rows.POLICY,
    refreshed_without_lifetime_limit.POLICY,
    intermediate_table_with_any_query.POLICY,
    intermediate_table_without_own_key.POLICY,
    long_retention.POLICY,
    managed_resource_policies.POLICY,
    model_of_another_account.POLICY,
    id_mapping_without_own_key.POLICY,
    bucket_without_own_key.POLICY,
    public_bucket.POLICY,
    untagged_source.POLICY,
    wildcard_role_action.POLICY,
    wildcard_role_resource.POLICY,
    one_table_in_several_rooms.POLICY,
    unlimited_queries.POLICY,
)
"""Every policy of the baseline pack."""
