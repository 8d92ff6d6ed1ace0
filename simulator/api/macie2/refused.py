"""Operations that are not emulated: each is refused with an error of the service's model.

They belong to automated discovery, whose results need months of sampling; to usage, which costs nothing here; and to
revealing data, which needs detailed results.
"""

from __future__ import annotations

from simulator.api.calls import Answer, Call
from simulator.api.errors import ApiError, denied

REFUSES = True
"""These operations do not count as emulated."""
NOT_EMULATED = "Refused: AccessDeniedException"


def batch_update_automated_discovery_accounts(_call: Call) -> Answer:
    """Refuse to choose accounts for automated discovery."""
    raise _refusal("BatchUpdateAutomatedDiscoveryAccounts")


def list_automated_discovery_accounts(_call: Call) -> Answer:
    """Refuse to list accounts of automated discovery."""
    raise _refusal("ListAutomatedDiscoveryAccounts")


def get_classification_scope(_call: Call) -> Answer:
    """Refuse to show a scope of automated discovery."""
    raise _refusal("GetClassificationScope")


def list_classification_scopes(_call: Call) -> Answer:
    """Refuse to list scopes of automated discovery."""
    raise _refusal("ListClassificationScopes")


def update_classification_scope(_call: Call) -> Answer:
    """Refuse to change a scope of automated discovery."""
    raise _refusal("UpdateClassificationScope")


def get_sensitivity_inspection_template(_call: Call) -> Answer:
    """Refuse to show a template of automated discovery."""
    raise _refusal("GetSensitivityInspectionTemplate")


def list_sensitivity_inspection_templates(_call: Call) -> Answer:
    """Refuse to list templates of automated discovery."""
    raise _refusal("ListSensitivityInspectionTemplates")


def update_sensitivity_inspection_template(_call: Call) -> Answer:
    """Refuse to change a template of automated discovery."""
    raise _refusal("UpdateSensitivityInspectionTemplate")


def get_resource_profile(_call: Call) -> Answer:
    """Refuse to show the results of automated discovery for a bucket."""
    raise _refusal("GetResourceProfile")


def list_resource_profile_artifacts(_call: Call) -> Answer:
    """Refuse to list the objects that automated discovery chose."""
    raise _refusal("ListResourceProfileArtifacts")


def list_resource_profile_detections(_call: Call) -> Answer:
    """Refuse to list what automated discovery detected in a bucket."""
    raise _refusal("ListResourceProfileDetections")


def update_resource_profile(_call: Call) -> Answer:
    """Refuse to override a bucket's sensitivity score."""
    raise _refusal("UpdateResourceProfile")


def update_resource_profile_detections(_call: Call) -> Answer:
    """Refuse to leave detections out of a bucket's sensitivity score."""
    raise _refusal("UpdateResourceProfileDetections")


def get_sensitive_data_occurrences(_call: Call) -> Answer:
    """Refuse to reveal the data of a finding."""
    raise _refusal("GetSensitiveDataOccurrences")


def get_sensitive_data_occurrences_availability(_call: Call) -> Answer:
    """Refuse to tell whether the data of a finding can be revealed."""
    raise _refusal("GetSensitiveDataOccurrencesAvailability")


def get_usage_statistics(_call: Call) -> Answer:
    """Refuse to show the usage of each account."""
    raise _refusal("GetUsageStatistics")


def get_usage_totals(_call: Call) -> Answer:
    """Refuse to show the costs of Macie."""
    raise _refusal("GetUsageTotals")


def _refusal(operation: str) -> ApiError:
    return denied(f"{operation} is not emulated by this endpoint")
