"""What stands around a SELECT within its query: set operations and brackets, which may have clauses of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlglot import exp

from simulator.sql.resolved import Select


def enclosing(select: Select) -> Iterator[exp.Expr]:
    """Yield the SELECT itself, then the set operations and brackets of its query around it: all may have a LIMIT."""
    node: exp.Expr | None = select.node
    while node is select.node or isinstance(node, (exp.SetOperation, exp.Subquery)):
        yield node
        node = node.parent


def all_enclosing(selects: Iterable[Select]) -> Iterator[exp.Expr]:
    """Yield what `enclosing` yields of each SELECT, but every node once: those of a long UNION share what is around."""
    seen: set[int] = set()
    for select in selects:
        for node in enclosing(select):
            if id(node) in seen:
                break  # with all that is around it
            seen.add(id(node))
            yield node
