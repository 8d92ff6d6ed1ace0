"""The resource types of the provider: one file, one type."""

from __future__ import annotations

from components.resources.analysis_template import ANALYSIS_TEMPLATE
from components.resources.audience_model import AUDIENCE_MODEL
from components.resources.collaboration import COLLABORATION
from components.resources.collaboration_change_request import COLLABORATION_CHANGE_REQUEST
from components.resources.configured_audience_model import CONFIGURED_AUDIENCE_MODEL
from components.resources.configured_audience_model_association import CONFIGURED_AUDIENCE_MODEL_ASSOCIATION
from components.resources.configured_audience_model_policy import CONFIGURED_AUDIENCE_MODEL_POLICY
from components.resources.configured_table import CONFIGURED_TABLE
from components.resources.configured_table_analysis_rule import CONFIGURED_TABLE_ANALYSIS_RULE
from components.resources.configured_table_association import CONFIGURED_TABLE_ASSOCIATION
from components.resources.configured_table_association_analysis_rule import CONFIGURED_TABLE_ASSOCIATION_ANALYSIS_RULE
from components.resources.id_mapping_table import ID_MAPPING_TABLE
from components.resources.id_namespace_association import ID_NAMESPACE_ASSOCIATION
from components.resources.intermediate_table import INTERMEDIATE_TABLE
from components.resources.intermediate_table_analysis_rule import INTERMEDIATE_TABLE_ANALYSIS_RULE
from components.resources.membership import MEMBERSHIP
from components.resources.privacy_budget_template import PRIVACY_BUDGET_TEMPLATE
from components.resources.training_dataset import TRAINING_DATASET

RESOURCE_TYPES = (
    COLLABORATION,
    MEMBERSHIP,
    CONFIGURED_TABLE,
    CONFIGURED_TABLE_ANALYSIS_RULE,
    CONFIGURED_TABLE_ASSOCIATION,
    CONFIGURED_TABLE_ASSOCIATION_ANALYSIS_RULE,
    ANALYSIS_TEMPLATE,
    PRIVACY_BUDGET_TEMPLATE,
    CONFIGURED_AUDIENCE_MODEL_ASSOCIATION,
    ID_NAMESPACE_ASSOCIATION,
    ID_MAPPING_TABLE,
    INTERMEDIATE_TABLE,
    INTERMEDIATE_TABLE_ANALYSIS_RULE,
    COLLABORATION_CHANGE_REQUEST,
    TRAINING_DATASET,
    AUDIENCE_MODEL,
    CONFIGURED_AUDIENCE_MODEL,
    CONFIGURED_AUDIENCE_MODEL_POLICY,
)
"""All of them, in the order in which a room needs them."""
