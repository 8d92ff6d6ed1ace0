"""A compliant association of an ID namespace."""

from __future__ import annotations

from typing import Any

from tests.compliant.ids import ACCOUNT, ID, IN_MEMBERSHIP, without

OPERATION = "create_id_namespace_association"
REQUEST: dict[str, Any] = {
    "membershipIdentifier": ID,
    "inputReferenceConfig": {
        "inputReferenceArn": f"arn:aws:entityresolution:us-east-1:{ACCOUNT}:idnamespace/households",
        "manageResourcePolicies": True,
    },
    "name": "households",
    "description": "Household ids of the retailer",
    "idMappingConfig": {"allowUseAsDimensionColumn": False},
    "tags": {"team": "privacy"},
}
RESPONSE: dict[str, Any] = {
    **without(REQUEST, "membershipIdentifier", "tags"),
    **IN_MEMBERSHIP,
    "inputReferenceProperties": {"idNamespaceType": "SOURCE", "idMappingWorkflowsSupported": []},
}
