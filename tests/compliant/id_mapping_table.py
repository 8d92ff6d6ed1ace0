"""A compliant ID mapping table."""

from __future__ import annotations

from typing import Any

from tests.compliant.ids import ACCOUNT, ID, IN_MEMBERSHIP, KMS_KEY_ARN, without

OPERATION = "create_id_mapping_table"
REQUEST: dict[str, Any] = {
    "membershipIdentifier": ID,
    "name": "household_ids",
    "description": "Household ids of retailer and brand",
    "inputReferenceConfig": {
        "inputReferenceArn": f"arn:aws:entityresolution:us-east-1:{ACCOUNT}:idmappingworkflow/households",
        "manageResourcePolicies": True,
    },
    "kmsKeyArn": KMS_KEY_ARN,
    "tags": {"team": "privacy"},
}
RESPONSE: dict[str, Any] = {
    **without(REQUEST, "membershipIdentifier", "tags"),
    **IN_MEMBERSHIP,
    "inputReferenceProperties": {
        "idMappingTableInputSource": [
            {"idNamespaceAssociationId": ID, "type": "SOURCE"},
            {"idNamespaceAssociationId": ID, "type": "TARGET"},
        ]
    },
    "childResources": [],
}
