"""DuckDB SQL with places for parts of a query: for differences of engines that take more than a node."""

from __future__ import annotations

from functools import cache

import sqlglot
from sqlglot import exp


def written(text: str, **parts: exp.Expr) -> exp.Expr:
    """Return an expression of DuckDB.

    Args:
        text: The expression; `:name` is a place, and may occur several times.
        parts: What belongs in each place; copies are put there, in parentheses where they are operations.
    """
    enclosed = {name: _enclosed(part) for name, part in parts.items()}
    return exp.paren(exp.replace_placeholders(_parsed(text).copy(), **enclosed), copy=False)


def typed(node: exp.Expr, kind: str) -> exp.Expr:
    """Say of what type of DuckDB *node* is, so that later differences know; it is returned."""
    node.type = exp.DataType.build(kind, dialect="duckdb")
    return node


def _enclosed(part: exp.Expr) -> exp.Expr:
    return exp.paren(part) if isinstance(part, (exp.Binary, exp.Unary)) else part.copy()


@cache
def _parsed(text: str) -> exp.Expr:
    return sqlglot.parse_one(text, read="duckdb")
