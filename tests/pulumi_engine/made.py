"""Resources for programs of tests, of any type of the provider: what the typed SDK does, without its types."""

from __future__ import annotations

from typing import Any

import pulumi

from components.resources import RESOURCE_TYPES, service_model

TYPES = {kind.name: kind for kind in RESOURCE_TYPES}


class Made(pulumi.CustomResource):
    """A resource of the provider.

    Args:
        kind: The name of its type, such as "Membership".
        name: Its name in the program.
        inputs: Its properties; plain values or outputs of others.
        opts: As for every resource.
    """

    def __init__(
        self, kind: str, name: str, inputs: dict[str, Any], opts: pulumi.ResourceOptions | None = None
    ) -> None:
        outputs = dict.fromkeys(service_model.outputs(TYPES[kind]))
        super().__init__(TYPES[kind].token, name, {**outputs, **inputs}, opts)

    def output(self, name: str) -> pulumi.Output[Any]:
        """Return an output by its name."""
        found: pulumi.Output[Any] = pulumi.get(self, name)
        return found


class Provider(pulumi.ProviderResource):
    """A provider of its own; structured settings are sent as JSON, as the typed SDK sends them."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None, **settings: Any) -> None:
        encoded = {
            key: value if isinstance(value, str | None) else pulumi.Output.json_dumps(value)
            for key, value in settings.items()
        }
        super().__init__("cleanrooms", name, encoded, opts)
