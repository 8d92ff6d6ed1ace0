"""Convert the resources that Pulumi passes to a policy into the resources that policies read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pulumi_policy import PolicyResource, ResourceValidationArgs
from pulumi_policy.proxy import UnknownValueError

from policies.reading.resource import Resource, plain


def received(sent: PolicyResource | ResourceValidationArgs) -> Resource:
    """Return a resource of a request; its dependencies are known only if a whole stack is checked."""
    secrets: set[str] = set()
    dependencies = getattr(sent, "property_dependencies", {})
    return Resource(
        sent.resource_type,
        sent.urn,
        sent.name,
        plain(_sent(sent.props), secrets),
        {name: frozenset(one.urn for one in resources) for name, resources in dependencies.items()},
        plain(_sent(sent.provider.props), secrets) if sent.provider else {},
        frozenset(secrets),
    )


def _sent(value: object) -> Any:  # noqa: ANN401 - JSON's values with Pulumi's marks
    """Return the plain values in the SDK's proxies, which are neither dict nor list and raise for unknown values."""
    if isinstance(value, Mapping):
        return {name: _held(value.__getitem__, name) for name in value}
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return [_held(value.__getitem__, index) for index in range(len(value))]
    return value


def _held(read: Callable[[Any], object], key: object) -> Any:  # noqa: ANN401 - as above
    try:
        return _sent(read(key))
    except UnknownValueError as error:
        return error.unknown_type_sentinel
