"""Single changes to a module's functions: what a slip of the pen could do to a condition."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple


class Change(NamedTuple):
    """One change of one function.

    Attributes:
        function: The function's name.
        line: Where.
        described: What it does.
        apply: Does it to the tree that it was found in.
    """

    function: str
    line: int
    described: str
    apply: Callable[[], None]


_COMPARISONS: Final[dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_OPPOSITES: Final = {"any": "all", "all": "any", "max": "min", "min": "max"}


def changes(tree: ast.Module) -> Iterator[Change]:
    """Yield every change of the functions of *tree*; messages, which cases compare whole, are left alone."""
    for function in tree.body:
        if isinstance(function, ast.FunctionDef):
            for holder in ast.walk(function):
                for described, apply in _changes_of(holder):
                    line = getattr(holder, "lineno", function.lineno)
                    yield Change(function.name, line, described, apply)


def _changes_of(node: ast.AST) -> Iterator[tuple[str, Callable[[], None]]]:
    if isinstance(node, ast.Compare):
        for other in _COMPARISONS[type(node.ops[0])]:
            yield f"{type(node.ops[0]).__name__} -> {other.__name__}", _setter(node, "ops", [other(), *node.ops[1:]])
    elif isinstance(node, ast.BoolOp):
        other_connective = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield f"{type(node.op).__name__} -> {type(other_connective).__name__}", _setter(node, "op", other_connective)
        for index in range(len(node.values)):
            left = node.values[:index] + node.values[index + 1 :]
            yield f"without operand {index + 1}", _setter(node, "values", left if len(left) > 1 else left * 2)
    elif isinstance(node, ast.comprehension):
        for index in range(len(node.ifs)):
            yield f"without filter {index + 1}", _setter(node, "ifs", node.ifs[:index] + node.ifs[index + 1 :])
    elif isinstance(node, ast.Name) and node.id in _OPPOSITES:
        yield f"{node.id} -> {_OPPOSITES[node.id]}", _setter(node, "id", _OPPOSITES[node.id])
    elif isinstance(node, ast.Constant) and isinstance(node.value, (int, bool)):
        other_value = not node.value if isinstance(node.value, bool) else node.value + 1
        yield f"{node.value} -> {other_value}", _setter(node, "value", other_value)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "without not", _setter(node, "operand", ast.UnaryOp(ast.Not(), node.operand))
    yield from _without_statements(node)


def _without_statements(node: ast.AST) -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield the removal of each `return`, `continue`, `yield` and `raise`, and of each condition around a block."""
    for block in ("body", "orelse"):
        held = getattr(node, block, None)
        statements: list[ast.stmt] = held if isinstance(held, list) else []
        for index, one in enumerate(statements):
            yields = isinstance(one, ast.Expr) and isinstance(one.value, (ast.Yield, ast.YieldFrom))
            if yields or isinstance(one, (ast.Return, ast.Continue, ast.Raise)):
                yield f"without {ast.unparse(one)[:40]!r}", _replacer(statements, index, ast.Pass())
            if isinstance(one, ast.If):
                for always in (True, False):
                    yield f"if {always}", _setter(one, "test", ast.Constant(always))


def _setter(node: ast.AST, name: str, value: object) -> Callable[[], None]:
    return lambda: setattr(node, name, value)


def _replacer(statements: list[ast.stmt], index: int, value: ast.stmt) -> Callable[[], None]:
    return lambda: statements.__setitem__(index, ast.copy_location(value, statements[index]))
