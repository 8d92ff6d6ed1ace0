"""Converts origins and syntax nodes to columns and positions for query facts."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from declarations.query_facts import Position, UsedColumn
from simulator.sql.resolved import Origin, Script


def used(origins: Iterable[Origin]) -> tuple[UsedColumn, ...]:
    """Return the columns behind *origins*, each once, by table and name."""
    return tuple(sorted({UsedColumn(origin.table.name, origin.column) for origin in origins}))


def position(script: Script, node: exp.Expr) -> Position:
    """Return where *node* begins; the start of the text when that is not known."""
    span = script.span(node)
    return Position(span.line, span.column) if span else Position(1, 1)
