"""Finds the operation for a method and a path, by the addresses in the service model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import unquote

from simulator.api.service_model import Operation


class Match(NamedTuple):
    """An operation, and the values of the labels in its path.

    Attributes:
        operation: The operation.
        labels: Label name to value, percent-decoded.
    """

    operation: Operation
    labels: Mapping[str, str]


@dataclass(slots=True)
class _Node:
    """The possible continuations of a path prefix."""

    words: dict[str, _Node] = field(default_factory=dict)
    label: _Node | None = None
    ends: dict[str, Operation] = field(default_factory=dict)


class Router:
    """The addresses of a service as a tree, one level for each part of a path.

    Args:
        operations: The operations of the service.
    """

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._root = _Node()
        for operation in operations:
            node = self._root
            for part in operation.path.strip("/").split("/"):
                if part.startswith("{"):
                    node.label = node.label or _Node()
                    node = node.label
                else:
                    node = node.words.setdefault(part, _Node())
            node.ends[operation.method] = operation

    def match(self, method: str, path: str) -> Match | None:
        """Return the operation at *method* and the percent-encoded *path*; None if there is none."""
        node = self._root
        values: list[str] = []
        parts = path.strip("/").split("/")
        for index, part in enumerate(parts):
            if part in node.words:
                node = node.words[part]
                continue
            if node.label is None or not part:
                return None
            node = node.label
            if _is_last(node, method):
                # Some clients do not encode the slashes of an ARN.
                values.append(unquote("/".join(parts[index:])))
                break
            values.append(unquote(part))
        operation = node.ends.get(method)
        if operation is None:
            return None
        return Match(operation, dict(zip(_labels(operation), values, strict=True)))


def _is_last(node: _Node, method: str) -> bool:
    return (
        method in node.ends and not node.words and node.label is None and _labels(node.ends[method])[-1].endswith("Arn")
    )


def _labels(operation: Operation) -> list[str]:
    return [part.strip("{+}") for part in operation.path.split("/") if part.startswith("{")]
