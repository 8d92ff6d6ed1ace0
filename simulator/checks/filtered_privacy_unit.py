"""A filter on the privacy unit."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import (
    RULES_PAGE,
    is_in_aggregate,
    touches_unit,
    unit_selects,
    uses_by_clause,
)
from simulator.checks.unit_twins import UnitTwins
from simulator.checks.written_columns import is_written
from simulator.sql.conditions import conjuncts
from simulator.sql.resolved import Clause, ColumnUse, Select
from simulator.sql.tracing import unchanged
from simulator.verdict import Finding

_FILTERS = (Clause.WHERE, Clause.HAVING, Clause.QUALIFY)


def filtered_privacy_unit(context: QueryContext) -> Iterator[Finding]:
    """The privacy unit of a view in WHERE, or in ON without a column of another table to compare it with.

    In HAVING and QUALIFY below the privacy clause it counts as well; beside the clause it would be an output. Inside an
    aggregate beside the clause it counts where it is not the bare argument: COUNTIF(last_name = 'Wang'). So does a
    column that a condition sets equal to the unit, and an equality of the unit with values that the query writes
    itself. To ask whether such a column is NULL is to ask whether the join found a row, and no filter.

    Why: The pages let only aggregate functions touch the column. A third party reports that BigQuery refuses to filter
        on it; open-source GoogleSQL does not.
    Avoid: `SELECT WITH AGGREGATION_THRESHOLD COUNT(*) AS n FROM mydataset.ExamView WHERE last_name != 'Silva'`
    Prefer: `SELECT WITH AGGREGATION_THRESHOLD COUNT(*) AS n FROM mydataset.ExamView WHERE test_score > 400`
    Source: https://docs.cloud.google.com/bigquery/docs/analysis-rules#agg_threshold
    """
    twins = UnitTwins(context)
    seen: set[int] = set()
    for select, _ in unit_selects(context):
        filters = _FILTERS if context.script.clause(select) is None else (Clause.WHERE,)
        found = [
            (use, clause)
            for use, clause in uses_by_clause(context, select)
            if clause in (*filters, Clause.JOIN) and _filters(context, twins, select, use, clause)
        ]
        found += [(use, use.clause) for use in twins.below(select) if _filters_twin(context, use.select, use)]
        found += [(use, use.clause) for use in select.uses if _is_computed_with(context, twins, select, use)]
        for use, clause in found:
            if id(use.node) in seen:
                continue  # a CTE that several of them read
            seen.add(id(use.node))
            is_unit = touches_unit(context, use)
            unit = f"the privacy unit '{use.name}'" if is_unit else f"'{use.name}', set equal to the privacy unit,"
            is_aggregated = context.script.clause(select) is not None and is_in_aggregate(use.node, select)
            message = f"{unit} is {'computed with in an aggregate' if is_aggregated else 'filtered on'} ({clause})"
            yield from context.open(filtered_privacy_unit, "filtered_privacy_unit", message, RULES_PAGE, at=use.node)


def _is_computed_with(context: QueryContext, twins: UnitTwins, select: Select, use: ColumnUse) -> bool:
    """Tell whether *use* shows the unit inside an aggregate beside a privacy clause, and is not its bare argument."""
    if context.script.clause(select) is None or not is_in_aggregate(use.node, select):
        return False
    if not touches_unit(context, use):
        return twins.is_twin(use) and not _is_argument(use)
    return not _is_argument(use) or (use.source is not None and not unchanged(use))


def _is_argument(use: ColumnUse) -> bool:
    inner = use.node
    while isinstance(inner.parent, (exp.Paren, exp.Distinct)):
        inner = inner.parent
    return isinstance(inner.parent, exp.AggFunc)


def _filters(context: QueryContext, twins: UnitTwins, select: Select, use: ColumnUse, clause: Clause) -> bool:
    if touches_unit(context, use):
        return clause is not Clause.JOIN or not _is_match(context, select, use)
    return twins.is_twin(use) and _filters_twin(context, select, use)


def _filters_twin(context: QueryContext, select: Select, use: ColumnUse) -> bool:
    """Tell whether a column that is set equal to the unit is compared with anything but columns of other tables."""
    if use.clause not in (*_FILTERS, Clause.JOIN) or isinstance(use.node.parent, exp.Is):
        return False
    if not use.origins and _is_own(context, use):  # what sets it equal to the unit is the filter
        return False
    return not _is_match(context, select, use)


def _is_own(context: QueryContext, use: ColumnUse) -> bool:
    return use.source is None or is_written(context, use.source, use.name)


def _is_match(context: QueryContext, select: Select, use: ColumnUse) -> bool:
    """Tell whether *use* is in one side of an equality with another entry of FROM, or a column of USING.

    What the query writes itself is no entry to match with.
    """
    if not isinstance(use.node, exp.Column):
        others = (other for other in select.uses if other.name == use.name and isinstance(other.node, exp.Identifier))
        return not any(_is_own(context, other) for other in others)
    where = select.node.args.get("where")
    conditions = [*(join.condition for join in select.joins), where.this if where is not None else None]
    parts = (part for condition in conditions for part in conjuncts(condition, as_written=True))
    # By identity: the same column may stand in several conditions.
    whole = next((part for part in parts if any(column is use.node for column in part.find_all(exp.Column))), None)
    if not isinstance(whole, exp.EQ):
        return False
    found = [other for column in whole.find_all(exp.Column) if (other := context.script.use(column))]
    is_between = len({id(other.source) for other in found}) > 1
    return is_between and not any(_is_own(context, other) for other in found)
