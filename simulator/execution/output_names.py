"""Names of output columns: as the service would give them, not as the engine does."""

from __future__ import annotations

from sqlglot import exp

from simulator.execution.working_copy import WorkingCopy
from simulator.sql.resolved import Query


def name_outputs(copy: WorkingCopy) -> None:
    """Give every unnamed output column of the final query the text of its expression as a name.

    The first SELECT names the columns of a set operation.
    """
    final = copy.script.final
    assert final is not None  # noqa: S101 - the caller refuses scripts with problems
    select = final.selects[0]
    items = copy.select(select).expressions
    texts = [projection.name or projection.node.sql(copy.script.dialect) for projection in select.projections]
    named = [
        item if isinstance(item, exp.Alias) else exp.alias_(item, text, quoted=True)
        for item, text in zip(items, texts, strict=True)
    ]
    copy.select(select).set("expressions", named)


def output_names(query: Query, dialect: str) -> list[str]:
    """Return the names of the output columns of *query*, in order."""
    return [projection.name or projection.node.sql(dialect) for projection in query.selects[0].projections]
