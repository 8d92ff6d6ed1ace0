"""Conditions taken apart."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.sql.constructs import bare


def conjuncts(condition: exp.Expression | None, *, as_written: bool = False) -> Iterator[exp.Expression]:
    """Yield the conditions that must all hold for *condition* to hold; nothing for None, where no condition is.

    Args:
        condition: The condition.
        as_written: Take apart AND alone, as GoogleSQL does where it asks for an equality; else NOT NOT is seen through.
    """
    pending = [condition] if condition is not None else []
    while pending:
        part = bare(pending.pop())
        if isinstance(part, exp.And):
            pending += [part.expression, part.this]
        elif not as_written and isinstance(part, exp.Not) and isinstance(inner := bare(part.this), exp.Not):
            pending.append(inner.this)
        else:
            yield part
