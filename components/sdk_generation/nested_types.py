"""The types inside properties: which structures and enumerations the SDK needs, and in whose module each lives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

from components.resources.service_model import Property


@dataclass(slots=True)
class Used:
    """The types that a module defines, each after those that it is made of.

    Attributes:
        arguments: Structures that a user states.
        results: Structures that the service answers.
        enumerations: The words that a user may state.
    """

    arguments: dict[str, StructureShape] = field(default_factory=dict)
    results: dict[str, StructureShape] = field(default_factory=dict)
    enumerations: dict[str, StringShape] = field(default_factory=dict)


class NestedTypes:
    """Types by the module that needs them first; later modules import them from there.

    Attributes:
        arguments: The home module of each structure that is stated.
        results: The home module of each structure that is answered.
        enumerations: The home module of each enumeration.
    """

    def __init__(self) -> None:
        self.arguments: dict[str, str] = {}
        self.results: dict[str, str] = {}
        self.enumerations: dict[str, str] = {}
        self._shapes: dict[str, Shape] = {}

    def add(self, module: str, stated: Iterable[Property], answered: Iterable[Property]) -> Used:
        """Return the types that are new with *module*.

        Args:
            module: The module's name.
            stated: What a user states in it.
            answered: What the service answers.

        Raises:
            ValueError: Two services have different types of one name.
        """
        used = Used()
        for prop in stated:
            for shape in parts(prop.shape):
                self._check(shape)
                if isinstance(shape, StructureShape) and shape.name not in self.arguments:
                    self.arguments[shape.name] = module
                    used.arguments[shape.name] = shape
                elif is_enumeration(shape) and shape.name not in self.enumerations:
                    self.enumerations[shape.name] = module
                    used.enumerations[shape.name] = shape
        for prop in answered:
            for shape in parts(prop.shape):
                self._check(shape)
                if isinstance(shape, StructureShape) and shape.name not in self.results:
                    self.results[shape.name] = module
                    used.results[shape.name] = shape
        return used

    def homes(self) -> dict[str, str]:
        """Return the home module of each class that is made of a type, by the class's name."""
        arguments = {
            f"{name}{ending}": home for name, home in self.arguments.items() for ending in ("Args", "ArgsDict")
        }
        return {**arguments, **self.results, **self.enumerations}

    def _check(self, shape: Shape) -> None:
        if not isinstance(shape, StructureShape) and not is_enumeration(shape):
            return
        known = self._shapes.setdefault(shape.name, shape)
        if _essence(known) != _essence(shape):
            message = f"two services have different types named {shape.name!r}"
            raise ValueError(message)


def is_enumeration(shape: Shape) -> bool:
    """Return whether *shape* is a string of a few words."""
    return isinstance(shape, StringShape) and bool(shape.enum)


def is_document(shape: Shape) -> bool:
    """Return whether *shape* is any JSON value."""
    return isinstance(shape, StructureShape) and bool(shape.is_document_type)


def parts(shape: Shape) -> Iterator[Shape]:
    """Yield every shape inside *shape*, and at last *shape* itself; JSON values are no shapes of their own."""
    if is_document(shape):
        return
    if isinstance(shape, StructureShape):
        for member in shape.members.values():
            yield from parts(member)
    elif isinstance(shape, ListShape):
        yield from parts(shape.member)
    elif isinstance(shape, MapShape):
        yield from parts(shape.value)
    yield shape


def _essence(shape: Shape) -> tuple[str, Mapping[str, str] | tuple[str, ...]]:
    if isinstance(shape, StructureShape):
        return shape.type_name, {name: member.name for name, member in shape.members.items()}
    return shape.type_name, tuple(getattr(shape, "enum", ()))
