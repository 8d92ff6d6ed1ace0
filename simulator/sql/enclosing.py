"""What stands around a SELECT within its query: set operations and brackets, which may have clauses of their own."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.sql.resolved import Select


def enclosing(select: Select) -> Iterator[exp.Expr]:
    """Yield the SELECT itself, then the set operations and brackets of its query around it: all may have a LIMIT."""
    node: exp.Expr | None = select.node
    while node is select.node or isinstance(node, (exp.SetOperation, exp.Subquery)):
        yield node
        node = node.parent
