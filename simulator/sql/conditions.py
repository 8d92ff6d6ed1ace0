"""Conditions taken apart."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.sql.constructs import bare


def conjuncts(condition: exp.Expression | None) -> Iterator[exp.Expression]:
    """Yield the conditions that must all hold for *condition* to hold; nothing for None, where no condition is."""
    pending = [condition] if condition is not None else []
    while pending:
        part = bare(pending.pop())
        if isinstance(part, exp.And):
            pending += [part.expression, part.this]
        elif isinstance(part, exp.Not) and isinstance(inner := bare(part.this), exp.Not):
            pending.append(inner.this)
        else:
            yield part
