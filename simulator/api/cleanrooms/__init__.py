"""AWS Clean Rooms: one module per resource, with its state and its operations.

The docstring of each module says which behaviour is emulated and what is only a state machine.
"""

from __future__ import annotations

from simulator.api.cleanrooms import (
    analysis_log_export,
    analysis_template,
    change_request,
    collaboration,
    collaboration_analysis_template,
    configured_audience_model_association,
    configured_table,
    configured_table_analysis_rule,
    configured_table_association,
    configured_table_association_analysis_rule,
    id_mapping_table,
    id_namespace_association,
    intermediate_table,
    intermediate_table_analysis_rule,
    member,
    membership,
    privacy_budget,
    privacy_budget_template,
    privacy_impact,
    protected_job,
    protected_query,
    query_running,
    schema,
    schema_analysis_rule,
    tagging,
)

RESOURCES = (
    collaboration,
    member,
    membership,
    change_request,
    configured_table,
    configured_table_analysis_rule,
    configured_table_association,
    configured_table_association_analysis_rule,
    schema,
    schema_analysis_rule,
    analysis_template,
    collaboration_analysis_template,
    privacy_budget_template,
    privacy_budget,
    privacy_impact,
    configured_audience_model_association,
    id_namespace_association,
    id_mapping_table,
    intermediate_table,
    intermediate_table_analysis_rule,
    protected_query,
    protected_job,
    analysis_log_export,
    tagging,
)
"""The modules with the operations, in the order of a collaboration's life."""

BACKGROUND = (query_running,)
"""The modules whose work continues after an answer."""
