"""Read YAML with places of values, and reject whatever other YAML readers interpret differently or accept silently."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from declarations.document_path import DocumentPath
from declarations.loading.document import Document
from declarations.loading.yaml_nodes import MAX_DEPTH, MAX_VALUES, Mapping, Node, Scalar, Sequence, read_nodes
from declarations.naming import shortened
from declarations.refusals.wording import named

_MAX_DIGITS: Final = 400  # float() takes them; int() of longer texts is slow, or refused by Python
_MAX_PLACES: Final = 20
_EXPONENT: Final = re.compile(r"[-+]?[0-9]{1,20}[eE][-+]?[0-9]{1,4}")
_PLAIN_INT: Final = re.compile(r"[-+]?(0|[1-9][0-9]*)")
# YAML 1.1 and 1.2 take these for different numbers, or for a number here and text there.
_UNCLEAR_NUMBER: Final = re.compile(
    r"[-+]?(0[0-9_]+|0o[0-7]+|0x[0-9a-fA-F_]+|0b[01_]+|[0-9]+[eE][-+]?[0-9]+|[0-9]+_[0-9_]*"
    r"|[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?)"
)


def read_yaml(text: str, file: str) -> Document:
    """Read one YAML document.

    Args:
        text: The content of the file.
        file: Its name, for messages.

    Returns:
        The document; its `problems` hold what is wrong with single values.

    Raises:
        LoadingError: The text is not YAML, not exactly one document, or larger than the limits above.
    """
    document = Document(file, tuple(text.split("\n")))
    document.value = _Unfolding(document).value(read_nodes(document, text), ())
    return document


class _Unfolding:
    """Turn nodes into values; every alias becomes a copy with a path of its own, so the number of values is limited."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.outer: list[Node] = []
        self.count = 0

    def value(self, node: Node, path: DocumentPath) -> Any:  # noqa: ANN401 - any JSON-like value
        self._check_growth(node, path)
        self.document.values[path] = node.place
        if node.tag is not None:
            message = f"the tag {node.tag!r} is not allowed; write plain values without '!'"
            place = replace(node.place, length=len(node.tag))
            self.document.problems.append(self.document.problem(path, message, place=place, found=node.tag))
        if isinstance(node, Scalar):
            return self._scalar(node, path)
        self.outer.append(node)
        value = self._mapping(node, path) if isinstance(node, Mapping) else self._list(node, path)
        self.outer.pop()
        return value

    def _check_growth(self, node: Node, path: DocumentPath) -> None:
        self.count += 1
        top = path[:1]
        if any(outer is node for outer in self.outer):
            raise self.document.fail("an alias is inside the value that it names", node.place, top)
        if self.count > MAX_VALUES:
            message = f"more than {MAX_VALUES:,} values, each use of an alias counted; write fewer aliases of aliases"
            raise self.document.fail(message, self.document.key_place(top), top)
        if len(self.outer) >= MAX_DEPTH:
            message = f"nested more than {MAX_DEPTH} levels deep through aliases"
            raise self.document.fail(message, self.document.key_place(top), top)

    def _list(self, node: Sequence, path: DocumentPath) -> list[Any]:
        return [self.value(item, (*path, index)) for index, item in enumerate(node.items)]

    def _mapping(self, node: Mapping, path: DocumentPath) -> dict[str, Any]:
        pairs: dict[str, Any] = {}
        merged = [value for key, value in node.pairs if _is_merge(key)]
        for key_node, value_node in node.pairs:
            if _is_merge(key_node):
                continue
            key = self._key(key_node, path)
            inner = (*path, key)
            if key in pairs:
                message = f"{key!r} is written twice in one mapping, first in line {self.document.keys[inner].line}"
                problem = self.document.problem(inner, message, place=key_node.place, found=key)
                self.document.problems.append(problem)
                continue
            self.document.keys[inner] = key_node.place
            pairs[key] = self.value(value_node, inner)
        self._merge(pairs, merged, path)
        return pairs

    def _merge(self, pairs: dict[str, Any], sources: Iterable[Node], path: DocumentPath) -> None:
        """Add the pairs of `<<: *anchor` (or `<<: [*first, *second]`) whose keys are not there yet."""
        for source in sources:
            if isinstance(source, Sequence):
                self._merge(pairs, source.items, path)
            elif isinstance(source, Mapping):
                self._merge_one(pairs, source, path)
            else:
                message = "'<<' merges mappings: an alias of a mapping, or a list of such, is expected"
                self.document.problems.append(self.document.problem(path, message, place=source.place))

    def _merge_one(self, pairs: dict[str, Any], source: Mapping, path: DocumentPath) -> None:
        self._check_growth(source, path)
        self.outer.append(source)
        for key_node, value_node in source.pairs:
            if not _is_merge(key_node) and (key := self._key(key_node, path)) not in pairs:
                self.document.keys[(*path, key)] = key_node.place
                pairs[key] = self.value(value_node, (*path, key))
        self._merge(pairs, [value for key_node, value in source.pairs if _is_merge(key_node)], path)
        self.outer.pop()

    def _key(self, node: Node, path: DocumentPath) -> str:
        if not isinstance(node, Scalar):
            raise self.document.fail("a list or mapping cannot be a key; keys are text", node.place, path)
        inner = (*path, node.text)
        value = self._scalar(node, inner)
        self.document.written.pop(inner, None)
        if not isinstance(value, str):
            message = f'the key {node.text} is read as {named(value)}; quote it: "{node.text}"'
            self.document.problems.append(self.document.problem(inner, message, place=node.place, found=node.text))
        return node.text

    def _scalar(self, node: Scalar, path: DocumentPath) -> str | int | float | bool | None:
        text = node.text
        if node.plain and _UNCLEAR_NUMBER.fullmatch(text):
            message = f"{text} is read differently by different programs; write {_clearer(text)}"
            self.document.problems.append(self.document.problem(path, message, place=node.place, found=text))
            return text
        if node.kind == "split":
            message = f'a comma ends a value in braces; quote it: "{text}"'
            self.document.problems.append(self.document.problem(path, message, place=node.place, found=text))
            return text
        if node.kind in {"null", "bool", "int", "float"}:
            self.document.written[path] = text
        if node.kind == "null":
            return None
        if node.kind == "bool":
            return text.lower() in {"yes", "true", "on"}
        if node.kind == "int" and _PLAIN_INT.fullmatch(text) and len(text) <= _MAX_DIGITS:
            return int(text)
        return self._float(node, path) if node.kind in {"int", "float"} else text

    def _float(self, node: Scalar, path: DocumentPath) -> float:
        text = node.text.replace("_", "").lower()
        number = math.inf if text.lstrip("+-") in {".inf", ".nan"} else float(text)
        if math.isfinite(number):
            return number
        message = f"{shortened(node.text)} is not a finite number"
        self.document.problems.append(self.document.problem(path, message, place=node.place, found=node.text))
        return 0.0


def _clearer(text: str) -> str:
    """Return how to write an ambiguous number; one with an exponent was hardly meant as text."""
    number = Decimal(text) if _EXPONENT.fullmatch(text) else None
    if number is None or abs(number.adjusted()) > _MAX_PLACES:
        return f'"{text}" for text, or a plain number'
    return f"{number:f} (in quotes it would be text)"


def _is_merge(node: Node) -> bool:
    return isinstance(node, Scalar) and node.kind == "merge"
