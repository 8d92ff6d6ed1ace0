"""Property values as the engine keeps them: the wire's own JSON, in which marked objects stand for secrets."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from typing import Any

from google.protobuf import json_format, struct_pb2
from pulumi.runtime import rpc

UNKNOWN = rpc.UNKNOWN
Values = dict[str, Any]
_STEP = re.compile(r'\["((?:[^"\\]|\\.)*)"\]|\[(\d+|\*)\]|([^.\[\]]+)')


def values_of(struct: struct_pb2.Struct) -> Values:
    """Return a struct as JSON."""
    found: Values = json_format.MessageToDict(struct)
    return found


def struct_of(values: Mapping[str, Any]) -> struct_pb2.Struct:
    """Return JSON as a struct."""
    return json_format.ParseDict(dict(values), struct_pb2.Struct())


def secret(value: Any) -> Any:
    """Return a value marked as secret."""
    if is_secret(value):
        return value
    return {rpc._special_sig_key: rpc._special_secret_sig, "value": value}


def is_secret(value: Any) -> bool:
    """Tell whether a value is marked as secret."""
    return isinstance(value, Mapping) and value.get(rpc._special_sig_key) == rpc._special_secret_sig


def plain(value: Any) -> Any:
    """Return a value without marks of secrets."""
    if is_secret(value):
        return plain(value["value"])
    if isinstance(value, Mapping):
        return {name: plain(inner) for name, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


def ignoring(paths: Iterable[str], old: Values, new: Values) -> Values:
    """Return *new* with the values that *old* has at *paths*, as `ignore_changes` asks."""
    result = copy.deepcopy(new)
    for path in paths:
        steps = [name or index or word for name, index, word in _STEP.findall(path)]
        _copy(steps, old, result)
    return result


def _copy(steps: list[str], old: Any, new: Any) -> None:
    first, rest = steps[0], steps[1:]
    if isinstance(new, list):
        chosen = range(len(new)) if first == "*" else (int(first),)
        for index in chosen:
            if isinstance(old, list) and index < min(len(old), len(new)):
                if rest:
                    _copy(rest, old[index], new[index])
                else:
                    new[index] = old[index]
    elif isinstance(new, dict) and isinstance(old, Mapping):
        if rest and first in old and first in new:
            _copy(rest, old[first], new[first])
        elif not rest and first in old:
            new[first] = copy.deepcopy(old[first])
        elif not rest:
            new.pop(first, None)
