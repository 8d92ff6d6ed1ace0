"""Request syntax as it is printed in a service's documentation, read from documents kept beside the repository."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

SEEDS = Path(__file__).parents[4] / "shared" / "seeds"
_CALL = re.compile(r"Request Syntax\n\n(client\.\w+\(.*?\n\))\n", re.DOTALL)


class OneOf(tuple[Any, ...]):
    """The values that a member may have, such as `'CSV'|'PARQUET'`."""

    __slots__ = ()


class Syntax(NamedTuple):
    """How one operation is asked.

    Attributes:
        operation: Its name in snake_case.
        members: Its members: `'string'`, `123`, OneOf, and dictionaries and lists of them.
    """

    operation: str
    members: Mapping[str, Any]


@cache
def documented(pattern: str) -> tuple[Syntax, ...]:
    """Return the request syntax of every operation in the documents that *pattern* matches; none without documents."""
    return tuple(
        _parsed(found[1]) for path in sorted(SEEDS.glob(pattern)) for found in _CALL.finditer(path.read_text("utf-8"))
    )


def _parsed(text: str) -> Syntax:
    call = ast.parse(text, mode="eval").body
    assert isinstance(call, ast.Call)
    assert isinstance(call.func, ast.Attribute)
    return Syntax(call.func.attr, {str(each.arg): _value(each.value) for each in call.keywords})


def _value(node: ast.expr) -> Any:
    if isinstance(node, ast.Dict):
        return {_value(key): _value(value) for key, value in zip(node.keys, node.values, strict=True) if key}
    if isinstance(node, ast.List):
        return [_value(each) for each in node.elts]
    if isinstance(node, ast.BinOp):
        return OneOf((*_alternatives(node.left), *_alternatives(node.right)))
    return ast.literal_eval(node)


def _alternatives(node: ast.expr) -> tuple[Any, ...]:
    found = _value(node)
    return found if isinstance(found, OneOf) else (found,)
