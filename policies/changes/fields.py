"""Every field of every declaration in a room, and which direction of change loosens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from declarations.analysis_rules import AggregateColumn
from policies.changes.effects import Absence, Comparison, Effect, Either, Items, Nested, Neutral, Number, Ordered
from policies.subjects import budget_name

_LOOSENS, _TIGHTENS, _LEAVES = Effect.LOOSENS, Effect.TIGHTENS, Effect.LEAVES

EITHER: Final = Either()
HIGHER: Final = Number(higher_loosens=True)
LOWER: Final = Number(higher_loosens=False)
MORE: Final = Items()
MORE_UNSETTLED: Final = Items(absent=Absence.UNSETTLED)
FEWER: Final = Items(more_loosens=False)
SWITCH: Final = Ordered((False, True))
LOGGED: Final = Ordered(("ENABLED", "DISABLED"))
CONTENT: Final = Nested(_LOOSENS, _TIGHTENS)
"""Something that exposes data while it exists."""
PROTECTION: Final = Nested(_TIGHTENS, _LOOSENS)
"""Something that protects data while it exists."""
UNSETTLED: Final = Nested(_LOOSENS, _LOOSENS)
"""Something that may do either: adding and removing it both count as loosening."""

_STATEMENT: Final = Nested(_LEAVES, _LOOSENS)
"""What a room states about a resource elsewhere, for policies to check."""

_WORDS: Final = Neutral("words for people")
_LABELS: Final = Neutral("labels for people and bills")
_MONEY: Final = Neutral("who pays")
_KEY: Final = Neutral("the name by which both sides are told apart")
_METRICS: Final = Neutral("counts and durations of queries, which their logs show as well")
_FORMAT: Final = Neutral("how the same rows are written")


def _functions_of_columns(columns: Iterable[AggregateColumn]) -> Iterable[tuple[str, str]]:
    return ((str(column.function), name) for column in columns for name in column.column_names)


def _named(name: str, appears: Effect = _LOOSENS, vanishes: Effect = _TIGHTENS) -> Nested:
    return Nested(appears, vanishes, lambda item: str(getattr(item, name)))


_CUSTOM: Final[Mapping[str, Comparison]] = {
    "allowed_analyses": MORE,
    "allowed_analysis_providers": MORE_UNSETTLED,
    "additional_analyses": Ordered(("NOT_ALLOWED", "ALLOWED")),
    "disallowed_output_columns": FEWER,
    "differential_privacy": PROTECTION,
    "aggregation_thresholds": _named("type", _TIGHTENS, _LOOSENS),
    "comparison_controls": PROTECTION,
    "allowed_result_receivers": MORE_UNSETTLED,
    "allowed_additional_analyses": MORE_UNSETTLED,
}
_LABELLED: Final[Mapping[str, Comparison]] = {"description": _WORDS, "tags": _LABELS}

FIELDS: Final[Mapping[str, Mapping[str, Comparison]]] = MappingProxyType(
    {
        "CleanRoom": {"region": EITHER, "collaboration": UNSETTLED, "memberships": _named("account_id")},
        "RoomCollaboration": {
            **_LABELLED,
            "name": _WORDS,
            "creator_account_id": EITHER,
            "creator_member_abilities": MORE,
            "creator_ml_member_abilities": CONTENT,
            "creator_display_name": _WORDS,
            "creator_payment_configuration": _MONEY,
            "members": _named("account_id"),
            "query_log_status": LOGGED,
            "job_log_status": LOGGED,
            "data_encryption_metadata": PROTECTION,
            "analytics_engine": EITHER,
            "auto_approved_change_request_types": MORE,
            "allowed_result_regions": Items(absent=Absence.EVERYTHING),
            "is_metrics_enabled": _METRICS,
        },
        "MLMemberAbilities": {"custom_ml_member_abilities": MORE},
        "MemberSpecification": {
            "account_id": _KEY,
            "member_abilities": MORE,
            "ml_member_abilities": CONTENT,
            "display_name": _WORDS,
            "payment_configuration": _MONEY,
        },
        "DataEncryptionMetadata": {
            "allow_cleartext": SWITCH,
            "allow_duplicates": SWITCH,
            "allow_joins_on_columns_with_different_names": SWITCH,
            "preserve_nulls": SWITCH,
        },
        "RoomMembership": {
            "account_id": _KEY,
            "query_log_status": LOGGED,
            "job_log_status": LOGGED,
            "default_result_configuration": UNSETTLED,
            "default_job_result_configuration": UNSETTLED,
            "payment_configuration": _MONEY,
            "is_metrics_enabled": _METRICS,
            "tags": _LABELS,
            "data_sources": _named("name", _LOOSENS, _LOOSENS),
            "configured_tables": _named("name"),
            "configured_table_associations": _named("name"),
            "analysis_templates": _named("name", _LEAVES, _LEAVES),
            "privacy_budget_templates": Nested(_LOOSENS, _LOOSENS, budget_name),
            "configured_audience_model_associations": _named("configured_audience_model_association_name"),
            "id_namespace_associations": _named("name"),
            "id_mapping_tables": _named("name"),
            "intermediate_tables": _named("name"),
        },
        "QueryResultConfiguration": {"output_configuration": UNSETTLED, "role_arn": EITHER},
        "QueryOutput": {"s3": UNSETTLED},
        "QueryS3Output": {
            "result_format": _FORMAT,
            "bucket": EITHER,
            "key_prefix": EITHER,
            "single_file_output": _FORMAT,
        },
        "JobResultConfiguration": {"output_configuration": UNSETTLED, "role_arn": EITHER},
        "JobOutput": {"s3": UNSETTLED},
        "JobS3Output": {"result_format": _FORMAT, "bucket": EITHER, "key_prefix": EITHER},
        "DataSource": {
            "name": _KEY,
            "bucket": EITHER,
            "key_prefix": EITHER,
            "database_name": EITHER,
            "table_name": EITHER,
            "encryption": Ordered(("aws:kms:dsse", "aws:kms", "AES256")),
            "kms_key_arn": EITHER,
            "block_public_access": Ordered((True, False)),
            "role_arn": EITHER,
            "role_statements": EITHER,
            "tags": _LABELS,
        },
        "ConfiguredTable": {
            **_LABELLED,
            "name": _KEY,
            "table_reference": EITHER,
            "columns": Nested(_LEAVES, _LOOSENS),
            "allowed_columns": MORE,
            "analysis_method": EITHER,
            "selected_analysis_methods": MORE_UNSETTLED,
            "analysis_rule": CONTENT,
        },
        "Column": {"type": EITHER, "pii": EITHER, "description": _WORDS},
        "AnalysisRulePolicy": {"aggregation": CONTENT, "list": CONTENT, "custom": CONTENT},
        "AnalysisRuleAggregation": {
            "aggregate_columns": Items(items=_functions_of_columns),
            "join_columns": MORE,
            "dimension_columns": MORE,
            "scalar_functions": MORE,
            "output_constraints": _named("column_name", _TIGHTENS, _LOOSENS),
            "join_required": Ordered(("QUERY_RUNNER", None)),
            "allowed_join_operators": MORE_UNSETTLED,
            "additional_analyses": _CUSTOM["additional_analyses"],
        },
        "AggregationConstraint": {"column_name": _KEY, "minimum": LOWER, "type": EITHER},
        "AnalysisRuleList": {
            "join_columns": MORE,
            "list_columns": MORE,
            "allowed_join_operators": MORE_UNSETTLED,
            "additional_analyses": _CUSTOM["additional_analyses"],
        },
        "AnalysisRuleCustom": _CUSTOM,
        "DifferentialPrivacyConfiguration": {"columns": EITHER},
        "AggregationThreshold": {
            "type": _KEY,
            "identity_columns": EITHER,
            "minimum_identity_count": LOWER,
            "allowed_aggregate_expression_type": Ordered(("COLUMNS_ONLY", "ANY_EXPRESSION")),
            "output_column_thresholds": _named("output_column_name", _LOOSENS, _LOOSENS),
        },
        "OutputColumnThreshold": {"output_column_name": _KEY, "minimum_identity_count": LOWER},
        "ComparisonControls": {
            "allowed_literal_comparison_columns": MORE,
            "allowed_column_comparison_columns": MORE,
        },
        "ConfiguredTableAssociation": {
            **_LABELLED,
            "name": _KEY,
            "configured_table": EITHER,
            "role_arn": EITHER,
            "analysis_rule": UNSETTLED,
        },
        "AssociationAnalysisRulePolicy": {"aggregation": UNSETTLED, "list": UNSETTLED, "custom": UNSETTLED},
        "AssociationAnalysisRule": {
            "allowed_result_receivers": MORE_UNSETTLED,
            "allowed_additional_analyses": MORE_UNSETTLED,
        },
        "AnalysisTemplate": {
            **_LABELLED,
            "name": _KEY,
            "format": EITHER,
            "source": UNSETTLED,
            "analysis_parameters": EITHER,
            "table_schema": EITHER,
            "error_message_configuration": CONTENT,
            "synthetic_data_parameters": UNSETTLED,
        },
        "AnalysisSource": {"text": EITHER, "artifacts": EITHER, "file": Neutral("its text is compared")},
        "ErrorMessageConfiguration": {"type": EITHER},
        "SyntheticDataParameters": {"ml_synthetic_data_parameters": UNSETTLED},
        "MLSyntheticDataParameters": {
            "epsilon": HIGHER,
            "max_membership_inference_attack_score": HIGHER,
            "column_classification": EITHER,
        },
        "PrivacyBudgetTemplate": {
            "auto_refresh": Ordered(("NONE", "CALENDAR_MONTH")),
            "privacy_budget_type": _KEY,
            "parameters": UNSETTLED,
            "tags": _LABELS,
        },
        "PrivacyBudgetParameters": {"differential_privacy": UNSETTLED, "access_budget": UNSETTLED},
        "DifferentialPrivacyParameters": {"epsilon": HIGHER, "users_noise_per_query": LOWER},
        "AccessBudgetParameters": {
            "budget_parameters": _named("type", _TIGHTENS, _LOOSENS),
            "resource_arn": _KEY,
        },
        "BudgetParameter": {"type": _KEY, "budget": HIGHER, "auto_refresh": Ordered(("DISABLED", "ENABLED"))},
        "ConfiguredAudienceModelAssociation": {
            **_LABELLED,
            "configured_audience_model_association_name": _KEY,
            "configured_audience_model_arn": EITHER,
            "manage_resource_policies": SWITCH,
            "configured_audience_model": _STATEMENT,
        },
        "AudienceModelSettings": {
            "min_matching_seed_size": LOWER,
            "shared_audience_metrics": Ordered((("NONE",), ("ALL",))),
            "audience_size_config": PROTECTION,
        },
        "AudienceSizeConfig": {"audience_size_type": EITHER, "audience_size_bins": MORE},
        "IdNamespaceAssociation": {
            **_LABELLED,
            "name": _KEY,
            "input_reference_config": UNSETTLED,
            "id_mapping_config": CONTENT,
        },
        "IdNamespaceReference": {"input_reference_arn": EITHER, "manage_resource_policies": SWITCH},
        "IdMappingConfig": {"allow_use_as_dimension_column": SWITCH},
        "IdMappingTable": {
            **_LABELLED,
            "name": _KEY,
            "input_reference_config": UNSETTLED,
            "kms_key_arn": EITHER,
            "analysis_rule": UNSETTLED,
        },
        "IdMappingReference": {"input_reference_arn": EITHER, "manage_resource_policies": SWITCH},
        "AnalysisRuleIdMappingTable": {
            "join_columns": MORE,
            "query_constraints": EITHER,
            "dimension_columns": MORE,
        },
        "IntermediateTable": {
            **_LABELLED,
            "name": _KEY,
            "population_analysis_configuration": EITHER,
            "kms_key_arn": EITHER,
            "retention_in_days": HIGHER,
            "columns": Nested(_LEAVES, _LOOSENS),
            "analysis_rule": CONTENT,
        },
        "IntermediateTableAnalysisRulePolicy": {"custom": CONTENT},
        "IntermediateTableAnalysisRuleCustom": _CUSTOM,
    }
)
"""Comparisons by class and field name. A value compared with `EITHER` is compared as a whole."""
