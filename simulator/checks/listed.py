"""What the rule of a table lists: the vocabulary of the checks for aggregation and list rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlglot import exp

from declarations.analysis_rules import (
    AggregateFunctionName,
    AnalysisRuleAggregation,
    AnalysisRuleList,
    AnalysisRuleType,
    JoinOperator,
    ScalarFunction,
)
from simulator.checks.context import USER_GUIDE, Part, QueryContext
from simulator.request import Table
from simulator.sql.constructs import Construct, walk
from simulator.sql.resolved import Clause, Select

PAGES = {
    AnalysisRuleType.AGGREGATION: f"{USER_GUIDE}/analysis-rules-aggregation.html",
    AnalysisRuleType.LIST: f"{USER_GUIDE}/analysis-rules-list.html",
    AnalysisRuleType.CUSTOM: f"{USER_GUIDE}/analysis-rules-custom.html",
}
"""The page of the user guide that states each kind of rule."""


def rule_types(context: QueryContext) -> tuple[AnalysisRuleType, ...]:
    """Return the kinds of rule of the query's tables, in order of appearance, each once."""
    if context.known.rule_types is None:
        tables = context.script.tables().values()
        types = dict.fromkeys(table.rule.rule_type for table in tables if table.rule is not None)
        context.known.rule_types = tuple(types)
    return context.known.rule_types


def rule_page(context: QueryContext) -> str:
    """Return the user guide's page for the query's kind of rule."""
    types = rule_types(context)
    return PAGES[types[0]] if types else f"{USER_GUIDE}/analysis-rules.html"


def rule_name(context: QueryContext) -> str:
    """Return "an aggregation rule", "a list rule" or "a custom rule"."""
    types = rule_types(context)
    if not types:
        return "an analysis rule"
    return f"{'an' if types[0] is AnalysisRuleType.AGGREGATION else 'a'} {types[0].lower()} rule"


def is_list_query(context: QueryContext) -> bool:
    """Tell whether the query is judged by list rules."""
    return AnalysisRuleType.LIST in rule_types(context)


def join_columns(table: Table) -> tuple[str, ...]:
    """Return the columns of *table* that may stand in ON."""
    if table.id_mapping_rule is not None:
        return table.id_mapping_rule.join_columns
    if isinstance(table.rule, (AnalysisRuleAggregation, AnalysisRuleList)):
        return table.rule.join_columns
    return ()


def shown_columns(table: Table) -> tuple[str, ...]:
    """Return the columns of *table* that may be selected: dimension or list columns."""
    if table.id_mapping_rule is not None:
        return table.id_mapping_rule.dimension_columns or ()
    if isinstance(table.rule, AnalysisRuleAggregation):
        return table.rule.dimension_columns
    return table.rule.list_columns if isinstance(table.rule, AnalysisRuleList) else ()


def shown_kind(table: Table) -> str:
    """Return how the guide calls the columns of `shown_columns`: "dimension" or "list"."""
    return "list" if isinstance(table.rule, AnalysisRuleList) else "dimension"


def aggregate_functions(table: Table, column: str) -> tuple[AggregateFunctionName, ...]:
    """Return what may be computed over *column*."""
    if not isinstance(table.rule, AnalysisRuleAggregation):
        return ()
    return tuple(entry.function for entry in table.rule.aggregate_columns if column in entry.column_names)


def scalar_functions(table: Table) -> tuple[ScalarFunction, ...]:
    """Return the scalar functions that the rule of *table* lists."""
    return table.rule.scalar_functions if isinstance(table.rule, AnalysisRuleAggregation) else ()


def join_operators(table: Table) -> tuple[JoinOperator, ...] | None:
    """Return how match conditions on *table* may be combined; None when the rule does not say."""
    if isinstance(table.rule, (AnalysisRuleAggregation, AnalysisRuleList)):
        return table.rule.allowed_join_operators
    return None


def quoted_names(names: Iterable[str]) -> str:
    """Return *names* for a message: `'a', 'b'`, or "none"."""
    return ", ".join(f"'{name}'" for name in names) or "none"


def expressions(select: Select) -> Iterator[tuple[Clause, exp.Expression]]:
    """Yield every expression of *select* with its clause, but ON: items, filters, keys."""
    node = select.node
    yield from ((Clause.SELECT, item) for item in node.expressions)
    for name, clause in (("where", Clause.WHERE), ("having", Clause.HAVING)):
        if node.args.get(name) is not None:
            yield clause, node.args[name].this
    group, order = node.args.get("group"), node.args.get("order")
    yield from ((Clause.GROUP_BY, key) for key in (group.expressions if group is not None else ()))
    for key in order.expressions if order is not None else ():
        yield Clause.ORDER_BY, key.this if isinstance(key, exp.Ordered) else key


def found(
    context: QueryContext, *wanted: Construct, clauses: Iterable[Clause] = tuple(Clause)
) -> Iterator[tuple[Select, Clause, exp.Expression]]:
    """Yield every expression of one of the *wanted* kinds in the given clauses, ON left out."""
    chosen = tuple(clauses)
    for select, clause, node, construct in _everything(context):
        if construct in wanted and clause in chosen:
            yield select, clause, node


def _everything(context: QueryContext) -> list[Part]:
    if context.known.parts is None:
        context.known.parts = [
            (select, clause, node, construct)
            for select in context.script.selects
            for clause, root in expressions(select)
            for node, construct in walk(context.script, root)
        ]
    return context.known.parts


def inside_aggregate(node: exp.Expression) -> bool:
    """Tell whether *node* stands inside an aggregate function of its own SELECT, of whatever kind."""
    return isinstance(node.find_ancestor(exp.AggFunc, exp.Select), exp.AggFunc)
