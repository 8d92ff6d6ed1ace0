"""ROLLUP, CUBE or GROUPING SETS with a privacy clause."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from declarations.bigquery.privacy_policy import PolicyKind
from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import CLAUSE_PAGES, clause_selects
from simulator.verdict import Basis, Finding

_EXTENSIONS = (exp.Rollup, exp.Cube, exp.GroupingSets)


def private_grouping_set(context: QueryContext) -> Iterator[Finding]:
    """GROUP BY ROLLUP, CUBE or GROUPING SETS in a SELECT with a privacy clause.

    Under a threshold the open-source rewriter loses the grouping sets, so that nobody can say what comes out.

    Avoid: GROUP BY ROLLUP(city)   Prefer: GROUP BY city
    Source: https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#dp_clause
    """
    for select, clause in clause_selects(context):
        group = select.node.args.get("group")
        found = group.find(*_EXTENSIONS) if group is not None else None
        if found is not None:
            word = {"rollup": "ROLLUP", "cube": "CUBE"}.get(found.key, "GROUPING SETS")
            is_known = word == "ROLLUP" and clause.kind is PolicyKind.DIFFERENTIAL_PRIVACY
            text = "GROUP BY ROLLUP is not supported in anonymization queries" if is_known else None
            message = f"GROUP BY {word} is not supported WITH {clause.kind}; group by the columns"
            page, basis = CLAUSE_PAGES[clause.kind], Basis.DERIVED
            yield from context.deny(private_grouping_set, message, page, at=found, basis=basis, service_message=text)
