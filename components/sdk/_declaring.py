"""What the generated classes share: how a resource, its provider and their arguments reach Pulumi."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, ClassVar, Self, TypeVar, dataclass_transform

import pulumi

from declarations.naming import did_you_mean

T = TypeVar("T")

PACKAGE = "cleanrooms"
"""The name of the provider."""


@dataclass_transform(kw_only_default=True, field_specifiers=(pulumi.property,))
def input_type(cls: type[T]) -> type[T]:
    """Mark a class as arguments, as Pulumi's own decorator does; type checkers see the constructor that it adds."""
    return pulumi.input_type(cls)


@dataclass_transform(kw_only_default=True, field_specifiers=(pulumi.property,))
def output_type(cls: type[T]) -> type[T]:
    """Mark a class as a result, as Pulumi's own decorator does; type checkers see the constructor that it adds."""
    return pulumi.output_type(cls)


class Resource(pulumi.CustomResource):
    """A resource of the provider. Its subclasses state the outputs by annotations."""

    pulumi_type: ClassVar[str]
    _arguments: ClassVar[type[Any]]

    def __init__(self, resource_name: str, *args: object, **properties: object) -> None:
        stated, opts = _read(type(self).__name__, self._arguments, resource_name, args, properties)
        declared = object.__new__(self._arguments)
        if opts.id is None:
            if opts.urn is None:
                _check_complete(type(self).__name__, self._arguments, resource_name, stated)
            declared.__dict__.update(stated)
        outputs = inspect.get_annotations(type(self))
        declared.__dict__.update({name: None for name in outputs if name not in declared.__dict__})
        super().__init__(self.pulumi_type, resource_name, declared, opts)

    @classmethod
    def get(
        cls,
        resource_name: str,
        id: pulumi.Input[str],  # noqa: A002 - what every Pulumi resource calls it
        opts: pulumi.ResourceOptions | None = None,
    ) -> Self:
        """Look up a resource that exists, whoever made it; nothing is changed.

        Args:
            resource_name: The name that it gets in the program.
            id: Its Pulumi id, which is what `pulumi import` takes: the example of the class shows its form.
            opts: Options, such as the provider to ask.
        """
        found = cls.__new__(cls)
        Resource.__init__(found, resource_name, pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id)))
        return found


class ConfiguredProvider(pulumi.ProviderResource):
    """A provider with settings of its own."""

    _arguments: ClassVar[type[Any]]
    _texts: ClassVar[frozenset[str]]
    _structures: ClassVar[Mapping[str, type[Any]]]

    def __init__(self, resource_name: str, *args: object, **settings: object) -> None:
        stated, opts = _read(type(self).__name__, self._arguments, resource_name, args, settings)
        given = {name: value for name, value in stated.items() if value is not None}
        # The engine knows provider settings only as strings: what is no text goes as JSON.
        sent = {name: value if name in self._texts else self._as_json(name, value) for name, value in given.items()}
        declared = object.__new__(self._arguments)
        declared.__dict__.update(sent)
        super().__init__(PACKAGE, resource_name, declared, opts)

    def _as_json(self, name: str, value: object) -> pulumi.Output[str]:
        structure = self._structures.get(name)
        if structure is not None and isinstance(value, Mapping):
            value = structure(**value)
        return pulumi.Output.from_input(value).apply(pulumi.runtime.to_json)


def _read(
    kind: str, arguments: type, resource_name: str, positional: tuple[object, ...], properties: Mapping[str, object]
) -> tuple[dict[str, Any], pulumi.ResourceOptions]:
    """Tell apart the ways to call a constructor: `(name, args, opts)`, `(name, opts, **properties)`."""
    stated: dict[str, Any] = dict(properties)
    given = {name: stated.pop(name) for name in ("args", "opts") if name in stated}
    for value in positional:
        given["opts" if isinstance(value, pulumi.ResourceOptions) else "args"] = value
    whole, opts = given.get("args"), given.get("opts") or pulumi.ResourceOptions()
    if not isinstance(opts, pulumi.ResourceOptions):
        message = f"{kind} {resource_name!r}: opts must be a pulumi.ResourceOptions; found {type(opts).__name__}"
        raise TypeError(message)
    if whole is not None:
        if not isinstance(whole, (Mapping, arguments)):
            message = f"{kind} {resource_name!r}: args must be {arguments.__name__} or a dictionary; found {whole!r}"
            raise TypeError(message)
        stated = {**(whole if isinstance(whole, Mapping) else whole.__dict__), **stated}
    _check_known(kind, arguments, resource_name, stated)
    return stated, opts


def _check_known(kind: str, arguments: type, resource_name: str, stated: Mapping[str, object]) -> None:
    known = tuple(_parameters(arguments))
    for name in stated:
        if name not in known:
            message = f"{kind} {resource_name!r} has no property {name!r}{did_you_mean(name, known)}"
            raise TypeError(message)


def _check_complete(kind: str, arguments: type, resource_name: str, stated: Mapping[str, object]) -> None:
    for name, parameter in _parameters(arguments).items():
        if parameter.default is parameter.empty and stated.get(name) is None:
            message = f"{kind} {resource_name!r}: the required property {name!r} is missing"
            raise TypeError(message)


def _parameters(arguments: type) -> dict[str, inspect.Parameter]:
    parameters = dict(inspect.signature(arguments).parameters)
    parameters.pop("self", None)
    return parameters
