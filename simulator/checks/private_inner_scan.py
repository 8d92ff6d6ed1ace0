"""A window function, or a limit, on rows that still belong to privacy units."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import FROM_PAGE, clause_selects, unit_selects
from simulator.sql.enclosing import enclosing
from simulator.sql.resolved import Select
from simulator.verdict import Basis, Finding


def private_inner_scan(context: QueryContext) -> Iterator[Finding]:
    """Window functions and QUALIFY in or below a SELECT with a privacy clause, and LIMIT or OFFSET below it.

    LIMIT of the SELECT with the clause itself is fine.

    Why: They look at rows of several units at once, so that one person's rows change what is kept of another's.
    Avoid: `SELECT WITH AGGREGATION_THRESHOLD COUNT(*) AS n FROM (SELECT * FROM mydataset.ExamView LIMIT 5)`
    Prefer: `SELECT WITH AGGREGATION_THRESHOLD COUNT(*) AS n FROM mydataset.ExamView`
    Source: https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#dp_from_rules
    """
    inner = [select for select, _ in unit_selects(context)]
    selects = dict.fromkeys([*inner, *(select for select, _ in clause_selects(context))])
    # By identity: the operands of a set operation share its LIMIT.
    found = {id(node): node for select in selects for node in _scans(context, select)}
    for node in found.values():
        what = "a window function" if isinstance(node, exp.Window) else node.key.upper()
        message = f"{what} on rows of a protected view is not supported below a privacy clause"
        yield from context.deny(private_inner_scan, message, FROM_PAGE, at=node, basis=Basis.DERIVED)


def _scans(context: QueryContext, select: Select) -> Iterator[exp.Expression]:
    windows = [node for node in select.node.find_all(exp.Window) if node.parent_select is select.node]
    yield from windows
    if not windows:
        yield from _parts(select.node, "qualify")
    if context.script.clause(select) is None:
        for node in enclosing(select):
            yield from _parts(node, "limit", "offset")


def _parts(node: exp.Expr, *names: str) -> Iterator[exp.Expression]:
    found = (node.args.get(name) for name in names)
    return (part for part in found if isinstance(part, exp.Expression))
