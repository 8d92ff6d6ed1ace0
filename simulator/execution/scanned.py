"""Which tables a query reads, directly or through CTEs; only for working copies, in which CTE names are unique."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlglot import exp

from simulator.execution.working_copy import SCHEMA, WorkingCopy
from simulator.request import Table


def scanned(tree: exp.Expr) -> frozenset[str]:
    """Return the internal tables that a query scans, as `schema.table`; CTEs that it does not read are ignored."""
    return frozenset(f"{SCHEMA}.{table.name}" for table in _tables(tree) if table.db == SCHEMA)


def internal_names(copy: WorkingCopy, of: Callable[[Table], bool]) -> frozenset[str]:
    """Return the tables for which *of* is true, as `scanned` names them."""
    return frozenset(f"{SCHEMA}.{internal}" for internal, table in copy.tables.items() if of(table))


def ctes_read(query: exp.Query) -> exp.With | None:
    """Return the WITH clause of *query* without the CTEs that nothing in it reads; None when none is left."""
    clause = query.args.get("with_")
    if clause is None:
        return None
    names = {table.name for table in _tables(query) if not table.db}
    clause.set("expressions", [cte for cte in clause.expressions if cte.alias in names])
    return clause if clause.expressions else None


def _tables(tree: exp.Expr) -> Iterator[exp.Table]:
    """Yield every table that is named in *tree*, and in the CTEs that are named."""
    ctes = {cte.alias: cte.this for cte in tree.find_all(exp.CTE)}
    waiting = [tree]
    while waiting:
        for node in waiting.pop().walk(prune=lambda each: isinstance(each, exp.With)):
            if isinstance(node, exp.Table):
                yield node
                if not node.db and node.name in ctes:
                    waiting.append(ctes.pop(node.name))
