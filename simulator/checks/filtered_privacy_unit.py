"""A filter on the privacy unit."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import RULES_PAGE, private_selects, touches_unit, uses_by_clause
from simulator.sql.conditions import conjuncts
from simulator.sql.resolved import Clause, ColumnUse, Select
from simulator.verdict import Finding

_FILTERS = (Clause.WHERE, Clause.HAVING, Clause.QUALIFY)


def filtered_privacy_unit(context: QueryContext) -> Iterator[Finding]:
    """The privacy unit of a view in WHERE, or in a condition of ON that compares it with no column of another table.

    In HAVING or QUALIFY, it is filtered on below the privacy clause; beside the clause, it would be put out.

    The pages let only aggregates touch the column; a third party reports that BigQuery refuses to filter on it, while
    open-source GoogleSQL does not.

    Avoid: WHERE last_name != 'Silva'   Prefer: no condition on the privacy unit
    Source: https://docs.cloud.google.com/bigquery/docs/analysis-rules#agg_threshold
    """
    for select, _ in private_selects(context):
        filters = _FILTERS if context.script.clause(select) is None else (Clause.WHERE,)
        for use, clause in uses_by_clause(context, select):
            is_filter = clause in filters or (clause is Clause.JOIN and not _is_match(context, select, use))
            if is_filter and touches_unit(context, use):
                message = f"the privacy unit '{use.name}' is filtered on ({clause})"
                yield from context.open(
                    filtered_privacy_unit, "filtered_privacy_unit", message, RULES_PAGE, at=use.node
                )


def _is_match(context: QueryContext, select: Select, use: ColumnUse) -> bool:
    """Tell whether *use* is in one side of an equality in ON with another entry of FROM, or a column of USING."""
    if not isinstance(use.node, exp.Column):
        return True
    parts = (part for join in select.joins for part in conjuncts(join.condition))
    # By identity: the same column may stand in several conditions.
    whole = next((part for part in parts if any(column is use.node for column in part.find_all(exp.Column))), None)
    if not isinstance(whole, exp.EQ):
        return False
    found = {id(other.source) for column in whole.find_all(exp.Column) if (other := context.script.use(column))}
    return len(found) > 1
