"""ROLLUP, CUBE or GROUPING SETS with a privacy clause, or below one."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.bigquery.privacy_policy import PolicyKind
from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import CLAUSE_PAGES, clause_selects, unit_selects
from simulator.sql.grouping import extensions
from simulator.verdict import Basis, Finding

_SEVERAL = ("ROLLUP", "CUBE", "GROUPING SETS")


def private_grouping_set(context: QueryContext) -> Iterator[Finding]:
    """GROUP BY ROLLUP, CUBE or GROUPING SETS in a SELECT with a privacy clause, or on rows of a view below one.

    Why: Under a threshold the open-source rewriter loses the grouping sets, so that nobody can say what comes out.
        Below a clause, rows of several privacy units would become one whose unit is NULL.
    Avoid: `SELECT WITH DIFFERENTIAL_PRIVACY city, COUNT(*) AS n FROM shop.V GROUP BY ROLLUP(city)`
    Prefer: `SELECT WITH DIFFERENTIAL_PRIVACY city, COUNT(*) AS n FROM shop.V GROUP BY city`
    Source: https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#dp_clause
    """
    own = {id(select): (select, clause.kind) for select, clause in clause_selects(context)}
    below = {id(select): (select, kind) for select, kind in unit_selects(context)}
    for select, kind in (below | own).values():
        word, found = next(((word, node) for word, node in extensions(select.node) if word in _SEVERAL), ("", None))
        if found is not None:
            is_known = id(select) in own and word == "ROLLUP" and kind is PolicyKind.DIFFERENTIAL_PRIVACY
            text = "GROUP BY ROLLUP is not supported in anonymization queries" if is_known else None
            message = f"GROUP BY {word} is not supported WITH {kind}; group by the columns"
            page, basis = CLAUSE_PAGES[kind], Basis.DERIVED
            yield from context.deny(private_grouping_set, message, page, at=found, basis=basis, service_message=text)
