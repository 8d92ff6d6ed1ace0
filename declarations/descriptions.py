"""What fields mean: the text below each field, read from the source only when somebody asks.

Pydantic's `use_attribute_docstrings` would read it for every class on import, which takes longer than loading a room.
"""

from __future__ import annotations

import ast
import importlib
import inspect
from functools import cache
from itertools import pairwise

from pydantic import BaseModel


def description_of(model: type[BaseModel], field: str) -> str | None:
    """Return the text below *field* in *model* or the class it inherits it from, on one line; None without one."""
    for owner in model.__mro__:
        if text := _texts(owner.__module__).get((owner.__qualname__, field)):
            return text
    return None


@cache
def _texts(module: str) -> dict[tuple[str, str], str]:
    """Return the texts below the annotated names of a module's top-level classes: (class, name) -> text."""
    try:
        source = inspect.getsource(importlib.import_module(module))
    except (ImportError, OSError, TypeError):  # built in, or without source
        return {}
    return {
        (owner.name, stated.target.id): " ".join(below.value.value.split())
        for owner in ast.parse(source).body
        if isinstance(owner, ast.ClassDef)
        for stated, below in pairwise(owner.body)
        if isinstance(stated, ast.AnnAssign)
        and isinstance(stated.target, ast.Name)
        and isinstance(below, ast.Expr)
        and isinstance(below.value, ast.Constant)
        and isinstance(below.value.value, str)
    }
