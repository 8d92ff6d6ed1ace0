"""The settings of the provider, described as the service model describes requests.

Source: the settings of the AWS providers, which users know; `allowDestroying` is ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from botocore.model import ShapeResolver, StructureShape

from components.resources.service_model import Property

_SHAPES = {
    "ProviderSettings": {
        "type": "structure",
        "members": {
            "region": {
                "shape": "Text",
                "documentation": "The AWS region. Absent: that of the environment (AWS_REGION) or of the profile.",
            },
            "profile": {
                "shape": "Text",
                "documentation": "The profile of the AWS configuration files whose credentials are used.",
            },
            "assumeRole": {
                "shape": "AssumeRole",
                "documentation": "The role to assume for all calls, such as the one of another member's account.",
            },
            "allowedAccountIds": {
                "shape": "Texts",
                "documentation": "The only accounts to work in: with credentials of any other one, nothing is done.",
            },
            "endpoint": {
                "shape": "Text",
                "documentation": "The URL of another endpoint, such as that of `cleanroom serve`.",
            },
            "defaultTags": {
                "shape": "Tags",
                "documentation": "Tags of every resource that takes tags. A resource's own tags win.",
            },
            "allowDestroying": {
                "shape": "Texts",
                "documentation": "The Pulumi names of the collaborations, memberships and privacy budget templates "
                "that may be replaced or deleted, of the associations and intermediate tables that may be although an "
                "access budget limits them, of the collaborations from which members may be removed, and of the "
                "providers that may move to another region, endpoint or account. What others have built is lost with "
                "it, a spent budget is full again, or a table has no limit, so every other one is refused. "
                "For one run: the environment variable CLEANROOMS_ALLOW_DESTROYING.",
            },
        },
    },
    "AssumeRole": {
        "type": "structure",
        "required": ["roleArn"],
        "members": {
            "roleArn": {"shape": "Text", "documentation": "The ARN of the role."},
            "sessionName": {"shape": "Text", "documentation": "The name of the session, as AWS CloudTrail shows it."},
            "externalId": {"shape": "Text", "documentation": "The external id that the role's trust policy asks for."},
        },
    },
    "Text": {"type": "string"},
    "Texts": {"type": "list", "member": {"shape": "Text"}},
    "Tags": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Text"}},
}


@cache
def settings_shape() -> StructureShape:
    """Return the shape of all settings together."""
    return StructureShape("ProviderSettings", _SHAPES["ProviderSettings"], ShapeResolver(_SHAPES))


@cache
def settings() -> Mapping[str, Property]:
    """Return the settings by name; none is required."""
    members = settings_shape().members
    return {
        name: Property(name, shape, required=False, documentation=shape.documentation)
        for name, shape in members.items()
    }
