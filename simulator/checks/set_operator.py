"""Queries combined by UNION, INTERSECT or EXCEPT."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import QueryContext
from simulator.checks.listed import is_list_query, rule_name, rule_page
from simulator.verdict import Basis, Finding


def set_operator(context: QueryContext) -> Iterator[Finding]:
    """UNION, INTERSECT, EXCEPT or another operator that combines queries.

    Why: The guide says that an aggregation query may not combine queries by UNION or another operator, and the grammar
        of list queries shows none.
    Avoid: `SELECT SUM(watch_secs) AS s FROM views UNION ALL SELECT AVG(watch_secs) AS s FROM views`
    Prefer: `SELECT SUM(watch_secs) AS s, AVG(watch_secs) AS a FROM views`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    basis = Basis.DERIVED if is_list_query(context) else Basis.DOCUMENTED
    for query in context.script.queries:
        for operator in query.operators:
            message = f"{operator.key.upper()} is not supported under {rule_name(context)}; write one SELECT"
            yield from context.deny(set_operator, message, rule_page(context), at=operator, basis=basis)
