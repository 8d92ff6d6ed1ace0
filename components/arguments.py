"""Arguments of components: an object of their class, or a dictionary with the same names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

from declarations.naming import did_you_mean

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

A = TypeVar("A", bound="DataclassInstance")


def arguments_of(kind: type[A], stated: A | Mapping[str, Any]) -> A:
    """Return a component's arguments as an object.

    Args:
        kind: Their class, a dataclass.
        stated: An object of it, or a dictionary.

    Raises:
        TypeError: The dictionary has an unknown name or lacks a required one.
    """
    if not isinstance(stated, Mapping):
        return stated
    known = [field.name for field in fields(kind)]
    for name in stated:
        if name not in known:
            message = f"{kind.__name__} has no {name!r}{did_you_mean(name, known)}"
            raise TypeError(message)
    return kind(**stated)
