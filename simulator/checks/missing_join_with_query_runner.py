"""A table that may be read only together with one of the query runner."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.analysis_rules import AnalysisRuleAggregation, AnalysisRuleList
from simulator.checks.context import QueryContext
from simulator.checks.listed import rule_page
from simulator.request import Table, TableKind
from simulator.sql.match_conditions import Edge, edges
from simulator.sql.resolved import Select, Source
from simulator.verdict import Finding


def missing_join_with_query_runner(context: QueryContext) -> Iterator[Finding]:
    """A table that requires overlap and is not inner-joined with a table of the query runner.

    A join through other tables counts, as long as every step is an inner join on join columns. A list rule always
    requires it; an aggregation rule does with `joinRequired`. The runner's own table needs a join with at least one
    other table.

    Why: The owner shows only what overlaps with the data of whoever asks.
    Avoid: `SELECT SUM(v.watch_secs) AS s FROM views v`
    Prefer: `SELECT SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    for select in context.script.selects:
        found: frozenset[Edge] = frozenset().union(*(edges(context.script, select, join) for join in select.joins))
        reported: set[str] = set()
        for source in select.sources.values():
            table = source.table
            if table is None or table.name in reported or not _requires_join(table):
                continue
            reported.add(table.name)
            yield from _refusal(context, select, source, table, found)


def _requires_join(table: Table) -> bool:
    if isinstance(table.rule, AnalysisRuleAggregation):
        return table.rule.join_required is not None
    return isinstance(table.rule, AnalysisRuleList)


def _refusal(
    context: QueryContext, select: Select, source: Source, table: Table, found: frozenset[Edge]
) -> Iterator[Finding]:
    runner = context.request.query_runner
    sources = list(select.sources.values())
    configured = [other for other in sources if other.table is not None and other.table.kind is TableKind.CONFIGURED]
    if _reaches(source, found, configured, configured, runner):
        return
    own = table.owner == runner
    need = "another table" if own else f"a table of the query runner ('{runner}')"
    message = f"table '{table.name}' must be joined by INNER JOIN ... ON with {need}, directly or through other tables"
    page = rule_page(context)
    if _reaches(source, found, configured, sources, runner):
        message += "; a join through an ID mapping table may not count"
        yield from context.open(
            missing_join_with_query_runner, "joined_through_mapping_table", message, page, at=source.node, table=table
        )
        return
    service_message = None if own else f"Inner join to query runner table required for table {table.name}"
    yield from context.deny(
        missing_join_with_query_runner,
        message,
        page,
        at=source.node,
        table=table,
        service_message=service_message,
    )


def _reaches(source: Source, found: frozenset[Edge], goals: list[Source], through: list[Source], runner: str) -> bool:
    """Tell whether *source* is connected to another table of *goals* that the runner owns (its own: to any other)."""
    passable = {id(other) for other in through}
    usable = [edge for edge in found if edge <= passable]
    reached, pending = {id(source)}, [id(source)]
    while pending:
        here = pending.pop()
        new = {other for edge in usable if here in edge for other in edge} - reached
        reached |= new
        pending.extend(new)
    own = source.table is not None and source.table.owner == runner
    return any(
        id(goal) in reached and goal.table is not source.table and (own or _owner(goal) == runner) for goal in goals
    )


def _owner(source: Source) -> str | None:
    return source.table.owner if source.table is not None else None
