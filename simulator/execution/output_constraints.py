"""Output constraints of aggregation rules, written into the query: the engine itself drops the rows below a minimum."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from declarations.analysis_rules import AggregationConstraint, AnalysisRuleAggregation
from simulator.execution.errors import NotEnforceableError
from simulator.execution.query_shape import is_aggregated, refuse_grouping_sets
from simulator.execution.working_copy import WorkingCopy
from simulator.sql.resolved import Select, Source


def enforce_output_constraints(copy: WorkingCopy) -> bool:
    """Add every output constraint of every aggregation rule to the query's HAVING.

    Each constraint of each occurrence of a table becomes `COUNT(DISTINCT alias.column) >= minimum`, inclusive; NULLs
    are not counted. A row is kept when all constraints and the query's own HAVING hold. Without GROUP BY the single
    row is removed when a minimum is not reached.

    Args:
        copy: The working copy; its tree is changed.

    Returns:
        True when at least one constraint was added.

    Raises:
        NotEnforceableError: The query has a shape that aggregation rules never allow.

    Source: userguide/analysis-rules-aggregation, "Aggregation constraints".
    """
    sources = list(_constrained(copy))
    if not sources:
        return False
    select = _only_select(copy)
    node = copy.select(select)
    conditions = [
        _minimum_reached(copy, source, constraint) for source, rule in sources for constraint in rule.output_constraints
    ]
    own = node.args.get("having")
    if own is not None:
        conditions.insert(0, exp.paren(own.this))
    node.set("having", exp.Having(this=exp.and_(*conditions, copy=False)))
    return True


def _constrained(copy: WorkingCopy) -> Iterator[tuple[Source, AnalysisRuleAggregation]]:
    for select in copy.script.selects:
        for source in select.sources.values():
            if source.table is not None and isinstance(source.table.rule, AnalysisRuleAggregation):
                yield source, source.table.rule


def _only_select(copy: WorkingCopy) -> Select:
    selects = list(copy.script.selects)
    if len(selects) != 1 or len(copy.script.queries) != 1:
        raise NotEnforceableError("an aggregation rule allows one SELECT without nested queries; found several")
    node = copy.select(selects[0])
    refuse_grouping_sets(node)
    if not is_aggregated(node) or node.find(exp.Window) is not None:
        raise NotEnforceableError("an aggregation rule allows aggregates without window functions only")
    return selects[0]


def _minimum_reached(copy: WorkingCopy, source: Source, constraint: AggregationConstraint) -> exp.Expr:
    assert source.table is not None  # noqa: S101 - only base tables carry rules
    copy.need(source.table, constraint.column_name)
    column = exp.column(constraint.column_name.lower(), source.alias, quoted=True)
    count = exp.Count(this=exp.Distinct(expressions=[column]))
    return exp.GTE(this=count, expression=exp.Literal.number(constraint.minimum))
