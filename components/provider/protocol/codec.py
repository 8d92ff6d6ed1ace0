"""Property values on the wire: protobuf structs in which marked objects stand for secrets, outputs and unknowns.

Source: pulumi/pulumi, docs "Property values" of the provider protocol; `pulumi.runtime.rpc` holds the marks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from google.protobuf import struct_pb2
from pulumi.runtime import rpc

from components.provider.errors import InvalidPropertyError
from components.provider.values import Path, Properties, shown, without_nulls
from declarations.unknown import UNKNOWN

MARK: Final = rpc._special_sig_key  # noqa: SLF001 - the wire's constants have no public name
"""The member whose value says what a marked object stands for."""
SECRET: Final = rpc._special_secret_sig  # noqa: SLF001 - as above
OUTPUT: Final = rpc._special_output_value_sig  # noqa: SLF001 - as above
RESOURCE: Final = rpc._special_resource_sig  # noqa: SLF001 - as above
REFUSED: Final = {
    rpc._special_asset_sig: "an asset",  # noqa: SLF001 - as above
    rpc._special_archive_sig: "an archive",  # noqa: SLF001 - as above
}
"""What no property of this provider takes."""

_UNKNOWNS: Final = frozenset(
    {
        rpc.UNKNOWN,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # boolean
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
    }
)
"""One string a kind of value: the engine may say of which kind the unknown value will be.

Source: pulumi/pulumi sdk/go/common/resource/plugin/rpc.go.
"""


def decode(wire: struct_pb2.Struct) -> Properties:
    """Read the properties of a request.

    Whole numbers become integers, unknowns UNKNOWN; nulls are left out, because they say the same as nothing.

    Raises:
        InvalidPropertyError: A property is an asset or an archive.
    """
    secrets: set[Path] = set()
    values = {name: _read(value, (name,), secrets) for name, value in wire.fields.items()}
    return Properties(without_nulls(values), frozenset(secrets))


def encode(properties: Properties) -> struct_pb2.Struct:
    """Write properties; what is marked as secret and present becomes a secret."""
    wire = struct_pb2.Struct()
    for name, value in properties.values.items():
        wire.fields[name].CopyFrom(_written(value, (name,), properties.secrets))
    return wire


def _read(wire: struct_pb2.Value, path: Path, secrets: set[Path]) -> Any:  # noqa: ANN401 - any property value
    kind = wire.WhichOneof("kind")
    if kind == "struct_value":
        return _read_object(wire.struct_value.fields, path, secrets)
    if kind == "list_value":
        return [_read(inner, (*path, index), secrets) for index, inner in enumerate(wire.list_value.values)]
    if kind == "number_value":
        return int(wire.number_value) if wire.number_value.is_integer() else wire.number_value
    if kind == "string_value":
        return UNKNOWN if wire.string_value in _UNKNOWNS else wire.string_value
    return wire.bool_value if kind == "bool_value" else None


def _read_object(fields: Mapping[str, struct_pb2.Value], path: Path, secrets: set[Path]) -> Any:  # noqa: ANN401 - any property value
    mark = fields[MARK].string_value if MARK in fields else None
    if mark is None:
        return {name: _read(inner, (*path, name), secrets) for name, inner in fields.items()}
    if mark == SECRET:
        secrets.add(_outside_lists(path))
        return _read(fields["value"], path, secrets)
    if mark == OUTPUT:
        if "secret" in fields and fields["secret"].bool_value:
            secrets.add(_outside_lists(path))
        return _read(fields["value"], path, secrets) if "value" in fields else UNKNOWN
    if mark == RESOURCE:
        return _read(fields["id" if "id" in fields else "urn"], path, secrets)
    raise InvalidPropertyError(
        shown(path), f"is {REFUSED.get(mark, 'a value of an unknown kind')}; give its content as text"
    )


def _outside_lists(path: Path) -> Path:
    """Return the path of the outermost list that *path* leads into, or *path* itself."""
    first = next((number for number, step in enumerate(path) if isinstance(step, int)), len(path))
    return path[:first]


def _written(value: Any, path: Path, secrets: frozenset[Path]) -> struct_pb2.Value:  # noqa: ANN401 - any property value
    if path in secrets:
        plain = _written(value, path, secrets - {path})
        return struct_pb2.Value(struct_value=struct_pb2.Struct(fields=dict(_marked(plain))))
    if isinstance(value, Mapping):
        fields = {str(name): _written(inner, (*path, name), secrets) for name, inner in value.items()}
        return struct_pb2.Value(struct_value=struct_pb2.Struct(fields=fields))
    if isinstance(value, list | tuple):
        inside = [_written(inner, (*path, index), secrets) for index, inner in enumerate(value)]
        return struct_pb2.Value(list_value=struct_pb2.ListValue(values=inside))
    return _scalar(value)


def _marked(plain: struct_pb2.Value) -> Iterator[tuple[str, struct_pb2.Value]]:
    yield MARK, struct_pb2.Value(string_value=SECRET)
    yield "value", plain


def _scalar(value: Any) -> struct_pb2.Value:  # noqa: ANN401 - any property value
    if value is UNKNOWN:
        return struct_pb2.Value(string_value=rpc.UNKNOWN)
    if value is None:
        return struct_pb2.Value(null_value=struct_pb2.NULL_VALUE)
    if isinstance(value, bool):
        return struct_pb2.Value(bool_value=value)
    if isinstance(value, int | float):
        return struct_pb2.Value(number_value=value)
    return struct_pb2.Value(string_value=value.isoformat() if isinstance(value, datetime) else str(value))
