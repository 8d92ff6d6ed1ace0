"""Every compliant example, by operation."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tests.compliant import analysis_template, configured_table_analysis_rule, privacy_budget_template

NAMES = (
    "analysis_template",
    "collaboration",
    "collaboration_change_request",
    "configured_audience_model_association",
    "configured_table",
    "configured_table_analysis_rule",
    "configured_table_association",
    "configured_table_association_analysis_rule",
    "id_mapping_table",
    "id_namespace_association",
    "intermediate_table",
    "intermediate_table_analysis_rule",
    "membership",
    "privacy_budget_template",
)
EXAMPLES = tuple(import_module(f"tests.compliant.{name}") for name in NAMES)
REQUESTS: dict[str, dict[str, Any]] = {example.OPERATION: example.REQUEST for example in EXAMPLES}
RESPONSES: dict[str, dict[str, Any]] = {example.OPERATION: example.RESPONSE for example in EXAMPLES}
FURTHER: dict[str, tuple[str, dict[str, Any]]] = {
    "list rule": ("create_configured_table_analysis_rule", configured_table_analysis_rule.LIST_REQUEST),
    "custom rule": ("create_configured_table_analysis_rule", configured_table_analysis_rule.CUSTOM_REQUEST),
    "private rule": ("create_configured_table_analysis_rule", configured_table_analysis_rule.PRIVATE_REQUEST),
    "PySpark template": ("create_analysis_template", analysis_template.PYSPARK_REQUEST),
    "access budget": ("create_privacy_budget_template", privacy_budget_template.ACCESS_REQUEST),
}
"""Further compliant requests of the same operations, by what they show."""
