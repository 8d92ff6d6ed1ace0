"""A privacy clause of another kind than the rule of the view."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import CLAUSE_PAGES, clause_selects, policy_of, views_of
from simulator.verdict import Basis, Finding


def other_private_clause(context: QueryContext) -> Iterator[Finding]:
    """SELECT WITH DIFFERENTIAL_PRIVACY over a view under a threshold, or the other way round.

    Why: The owner chose how rows are released; the other clause promises something else.
    Avoid: `SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(epsilon = 1) COUNT(*) AS n FROM mydataset.ExamView`
        (the view has a threshold)
    Prefer: `SELECT WITH AGGREGATION_THRESHOLD COUNT(*) AS n FROM mydataset.ExamView`
    Source: https://docs.cloud.google.com/bigquery/docs/analysis-rules
    """
    for select, clause in clause_selects(context):
        for table in views_of(context, select):
            kind = policy_of(table).kind
            if kind is not clause.kind:
                message = f"'{table.name}' is under {kind}; found WITH {clause.kind}, write WITH {kind}"
                page, basis = CLAUSE_PAGES[kind], Basis.DERIVED
                yield from context.deny(other_private_clause, message, page, at=clause.span, table=table, basis=basis)
