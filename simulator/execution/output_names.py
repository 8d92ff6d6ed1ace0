"""Names of output columns, as the cloud service would choose them."""

from __future__ import annotations

from collections import Counter
from itertools import count

from sqlglot import exp

from simulator.execution.working_copy import WorkingCopy
from simulator.sql.dialects import BIGQUERY
from simulator.sql.resolved import Query


def name_outputs(copy: WorkingCopy) -> None:
    """Give every unnamed output column of the final query the text of its expression as a name.

    The first SELECT names the columns of a set operation.
    """
    final = copy.script.returned
    select = final.selects[0]
    items = copy.select(select).expressions
    texts = output_names(final, copy.script.dialect)
    # In place: what is known of a node inside an item, such as its privacy clause, is known by the node itself.
    named = [
        item
        if isinstance(item, exp.Alias) and item.alias.lower() == text
        else exp.alias_(item.unalias(), text, quoted=True, copy=False)
        for item, text in zip(items, texts, strict=True)
    ]
    copy.select(select).set("expressions", named)


def output_names(query: Query, dialect: str) -> list[str]:
    """Return the names of the output columns of *query*, in order."""
    projections = query.selects[0].projections
    if dialect == BIGQUERY:
        return _numbered([projection.name for projection in projections])
    return [projection.name or projection.node.sql(dialect) for projection in projections]


def _numbered(names: list[str]) -> list[str]:
    """Number columns as BigQuery does: those without a name `f0_`, `f1_`; a repeated `city` is `city_1`."""
    unnamed, seen = count(), Counter[str]()
    found = []
    for name in names:
        found.append((f"{name}_{seen[name]}" if seen[name] else name) if name else f"f{next(unnamed)}_")
        seen[name] += 1
    return found
