"""The lists in analysis rules whose order does not matter, in the form that descriptors use."""

from __future__ import annotations

from collections.abc import Mapping

CUSTOM_LISTS = {
    "aggregationThresholds[*].identityColumns": "",
    "aggregationThresholds[*].outputColumnThresholds": "outputColumnName",
    "allowedAdditionalAnalyses": "",
    "allowedAnalyses": "",
    "allowedAnalysisProviders": "",
    "allowedResultReceivers": "",
    "comparisonControls.allowedColumnComparisonColumns": "",
    "comparisonControls.allowedLiteralComparisonColumns": "",
    "differentialPrivacy.columns": "name",
    "disallowedOutputColumns": "",
}
"""Those of a custom rule. Source: API AnalysisRuleCustom."""

ASSOCIATION_LISTS = {"allowedAdditionalAnalyses": "", "allowedResultReceivers": ""}
"""Those of an association's rule. Source: API ConfiguredTableAssociationAnalysisRuleCustom and its kin."""


def prefixed(path: str, lists: Mapping[str, str]) -> dict[str, str]:
    """Return *lists* with *path* in front of each name."""
    return {f"{path}.{name}": key for name, key in lists.items()}
