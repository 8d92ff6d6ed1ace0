"""A small program: a collaboration, the creator's membership, and a table."""

from __future__ import annotations

from typing import Any

import pulumi

from tests.pulumi_engine.made import Made, Provider

RETAILER, BRAND = "111111111111", "222222222222"
BOTH = ("room", "own")
"""The names of what is guarded."""


def provider(endpoint: str, account: str = RETAILER, name: str = "retailer", **settings: Any) -> pulumi.ResourceOptions:
    """Make a provider of an account and return the options that use it."""
    role = {"roleArn": f"arn:aws:iam::{account}:role/pulumi"}
    made = Provider(name, **{"region": "us-east-1", "endpoint": endpoint, "assumeRole": role, **settings})
    return pulumi.ResourceOptions(provider=made)


def room(endpoint: str, *, settings: dict[str, Any] | None = None, **changed: dict[str, Any]) -> None:
    """Declare the room.

    Args:
        endpoint: Where the services are.
        settings: More settings of the provider.
        **changed: Properties that differ from the usual ones, by the resource's name; None leaves one out.
    """
    opts = provider(endpoint, **(settings or {}))
    collaboration = Made("Collaboration", "room", changing(collaboration_inputs(), changed.get("room")), opts)
    joined = collaboration.output("collaborationIdentifier")
    own = {"collaborationIdentifier": joined, "queryLogStatus": "DISABLED"}
    membership = Made("Membership", "own", changing(own, changed.get("own")), opts)
    table = Made("ConfiguredTable", "orders", changing(table_inputs(), changed.get("orders")), opts)
    pulumi.export("collaboration", joined)
    pulumi.export("membership", membership.output("membershipIdentifier"))
    pulumi.export("table", table.output("arn"))


def collaboration_inputs() -> dict[str, Any]:
    """Return the inputs of a collaboration of two."""
    return {
        "name": "room",
        "description": "Orders and ads",
        "creatorDisplayName": "Retailer",
        "creatorMemberAbilities": ["CAN_QUERY"],
        "members": [{"accountId": BRAND, "displayName": "Brand", "memberAbilities": ["CAN_RECEIVE_RESULTS"]}],
        "queryLogStatus": "DISABLED",
    }


def table_inputs() -> dict[str, Any]:
    """Return the inputs of a table."""
    return {
        "name": "orders",
        "description": "All orders",
        "tableReference": {"glue": {"databaseName": "lake", "tableName": "orders"}},
        "allowedColumns": ["id", "amount"],
        "analysisMethod": "DIRECT_QUERY",
        "tags": {"team": "data"},
    }


def changing(inputs: dict[str, Any], changes: dict[str, Any] | None) -> dict[str, Any]:
    """Return inputs with some changed, and those that are None left out."""
    return {name: value for name, value in {**inputs, **(changes or {})}.items() if value is not None}
