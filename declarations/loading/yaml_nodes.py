"""Parse YAML text into nodes with places; aliases are not expanded yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import yaml

from declarations.loading.document import Document
from declarations.loading.problems import Place
from declarations.loading.yaml_syntax import syntax_problem

MAX_DEPTH: Final = 50
"""Levels of nesting; a room needs twelve."""
MAX_VALUES: Final = 100_000
"""Values in one document, each use of an alias counted; a large room has a few thousand."""

_YAML: Final[Any] = getattr(getattr(yaml, "_yaml", yaml), "yaml", yaml)
# The `yaml` that the C library makes events of. It is loaded once a process: where modules are imported anew, as by
# `pytest --cov=MODULE`, it stays with the first import, whose events are none of the second's.
_LOADER: Final = getattr(_YAML, "CSafeLoader", _YAML.SafeLoader)
_RESOLVER: Final[Any] = _YAML.resolver.Resolver()
_TAG: Final = "tag:yaml.org,2002:"
_PLAIN_TAGS: Final = (None, "!", _TAG + "map", _TAG + "seq", _TAG + "str")


@dataclass(slots=True, eq=False)
class Scalar:
    """A single value.

    Attributes:
        place: Where it begins.
        text: Its text, without quotes.
        tag: A tag (`!!set`) that is not allowed; None if there is none.
        kind: The type that YAML resolves it to: `str`, `int`, `float`, `bool`, `null`, `merge`, `timestamp`, `value`;
            or `split` for an unquoted value in braces that YAML splits at its commas, as in `{cost: decimal(10,2)}`.
        plain: Whether it is written without quotes.
    """

    place: Place
    text: str
    tag: str | None
    kind: str
    plain: bool


@dataclass(slots=True, eq=False)
class Sequence:
    """A list.

    Attributes:
        place: Where it begins.
        items: Its entries.
        tag: As of Scalar.
    """

    place: Place
    items: list[Node]
    tag: str | None


@dataclass(slots=True, eq=False)
class Mapping:
    """A mapping.

    Attributes:
        place: Where it begins.
        pairs: Its keys and values, as written: with duplicates and merge keys.
        tag: As of Scalar.
    """

    place: Place
    pairs: list[tuple[Node, Node]]
    tag: str | None


Node = Scalar | Sequence | Mapping


def read_nodes(document: Document, text: str) -> Node:
    """Parse *text*, which holds one document.

    Args:
        document: The document being read; its errors carry the places in its lines.
        text: The content of the file.

    Raises:
        LoadingError: The text is not YAML, not exactly one document, or nested too deeply.
    """
    try:
        roots = list(_Composer(document).roots(_YAML.parse(text, Loader=_LOADER)))
    except _YAML.YAMLError as error:
        raise syntax_problem(document, error) from None
    if not roots:
        raise document.fail("the file is empty; a mapping of keys to values is expected", Place(1, 1))
    return roots[0]


class _Composer:
    """Compose nodes event by event, checking the depth before recursing; the C library's own composer never does."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.anchors: dict[str, Node] = {}
        self.count = 0

    def roots(self, events: Iterator[Any]) -> Iterator[Node]:
        seen = False
        for event in events:
            if isinstance(event, _YAML.DocumentStartEvent):
                if seen:
                    message = "a second document starts here ('---'); a file holds one document"
                    raise self.document.fail(message, _place(event))
                seen = True
                yield self._node(next(events), events, 1)

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> Node:  # noqa: ANN401 - yaml's stubs know no C events
        if depth > MAX_DEPTH:
            raise self.document.fail(f"nested more than {MAX_DEPTH} levels deep", _place(event))
        self.count += 1
        if self.count > 2 * MAX_VALUES:  # keys are nodes, too
            raise self.document.fail(f"more than {MAX_VALUES:,} values", _place(event))
        if isinstance(event, _YAML.AliasEvent):
            return self._aliased(event)
        if isinstance(event, _YAML.ScalarEvent):
            return self._anchored(event, self._scalar(event))
        if isinstance(event, _YAML.SequenceStartEvent):
            items: list[Node] = []
            sequence = self._anchored(event, Sequence(_place(event), items, _own_tag(event)))
            while not isinstance(inner := next(events), _YAML.SequenceEndEvent):
                items.append(self._node(inner, events, depth + 1))
            return sequence
        pairs: list[tuple[Node, Node]] = []
        mapping = self._anchored(event, Mapping(_place(event), pairs, _own_tag(event)))
        while not isinstance(inner := next(events), _YAML.MappingEndEvent):
            key = self._node(inner, events, depth + 1)
            pairs.append((key, self._node(next(events), events, depth + 1)))
        pairs[:] = _with_whole_values(pairs)
        return mapping

    def _aliased(self, event: Any) -> Node:  # noqa: ANN401 - as above
        if event.anchor not in self.anchors:
            message = f"alias '*{event.anchor}' names no anchor '&{event.anchor}' above it"
            raise self.document.fail(message, _place(event))
        return self.anchors[event.anchor]

    def _anchored(self, event: Any, node: Node) -> Node:  # noqa: ANN401 - as above
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        return node

    def _scalar(self, event: Any) -> Scalar:  # noqa: ANN401 - as above
        tag = _TAG + "str"
        if event.tag in (None, "!"):
            tag = _RESOLVER.resolve(_YAML.ScalarNode, event.value, event.implicit)
        return Scalar(_place(event), event.value, _own_tag(event), tag.removeprefix(_TAG), not event.style)


def _with_whole_values(pairs: list[tuple[Node, Node]]) -> Iterator[tuple[Node, Node]]:
    """Yield the pairs of a mapping, rejoining values that YAML split at their commas."""
    at = 0
    while at < len(pairs):
        key, value = pairs[at]
        parts = _further_parts(pairs, at)
        yield key, _joined(value, parts) if isinstance(value, Scalar) and parts else value
        at += 1 + len(parts)


def _further_parts(pairs: list[tuple[Node, Node]], at: int) -> list[Scalar]:
    """Return the keys without values that continue the value at *at* on its line, up to the closing bracket."""
    _, value = pairs[at]
    parts: list[Scalar] = []
    depth = _open_brackets(value)
    for following in range(at + 1, len(pairs) if depth > 0 else 0):
        key, nothing = pairs[following]
        if not (isinstance(key, Scalar) and key.place.line == value.place.line and _is_not_written(nothing)):
            break
        parts.append(key)
        depth += _open_brackets(key)
        if depth == 0:
            return parts
    return []


def _open_brackets(node: Node) -> int:
    """Return the number of unclosed `(` and `<` in an unquoted scalar (negative if more are closed)."""
    if not (isinstance(node, Scalar) and node.plain):
        return 0
    return sum((letter in "(<") - (letter in ")>") for letter in node.text)


def _is_not_written(node: Node) -> bool:
    return isinstance(node, Scalar) and node.plain and not node.text


def _joined(value: Scalar, parts: list[Scalar]) -> Scalar:
    last = parts[-1].place
    place = replace(value.place, length=last.column + last.length - value.place.column)
    return replace(value, place=place, text=",".join(part.text for part in (value, *parts)), kind="split")


def _own_tag(event: Any) -> str | None:  # noqa: ANN401 - as above
    return None if event.tag in _PLAIN_TAGS else event.tag.replace(_TAG, "!!")


def _place(event: Any) -> Place:  # noqa: ANN401 - as above
    start, end = event.start_mark, event.end_mark
    one_line = isinstance(event, (_YAML.ScalarEvent, _YAML.AliasEvent)) and start.line == end.line
    return Place(start.line + 1, start.column + 1, max(1, end.column - start.column) if one_line else 1)
