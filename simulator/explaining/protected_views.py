"""Explains each protected view of a BigQuery room: its policy in words, and a query to start from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from declarations.bigquery.names import quoted_path
from declarations.bigquery.privacy_policy import JoinCondition, PolicyKind
from simulator.analysis_rules import judge
from simulator.checks.privacy_units import AGGREGATES, policy_of, unit_of
from simulator.checks.private_charges import remaining
from simulator.explaining.asking import Answer
from simulator.request import AnalysisRequest, Table

_JOINS = {
    JoinCondition.JOIN_ANY: "must be joined on at least one of",
    JoinCondition.JOIN_ALL: "must be inner joined on all of",
    JoinCondition.JOIN_NOT_REQUIRED: "need not be joined; if it is, only on",
    JoinCondition.JOIN_BLOCKED: "must not be joined",
}


@dataclass(frozen=True, slots=True)
class ViewPage:
    """A protected view explained.

    Attributes:
        view: The view.
        kind: Its analysis rule.
        limits: The requirements of its policy: a subject and a sentence each.
        example: A query over it, with its verdict.
    """

    view: Table
    kind: PolicyKind
    limits: tuple[tuple[str, str], ...]
    example: Answer


def explain_views(request: AnalysisRequest) -> tuple[ViewPage, ...]:
    """Explain every view with a policy among the tables of *request*, whose SQL is ignored."""
    return tuple(_page(request, table) for table in request.tables.values() if table.protected_view is not None)


def _page(request: AnalysisRequest, view: Table) -> ViewPage:
    sql = _example(request, view)
    verdict = judge(replace(request, sql=sql))
    answer = Answer(verdict.outcome, sql, verdict.findings)
    return ViewPage(view, policy_of(view).kind, tuple(_limits(request, view)), answer)


def _limits(request: AnalysisRequest, view: Table) -> Iterator[tuple[str, str]]:
    policy, unit = policy_of(view), unit_of(view)
    threshold, private, join = (
        policy.aggregation_threshold_policy,
        policy.differential_privacy_policy,
        policy.join_restriction_policy,
    )
    if unit is not None:
        yield "privacy unit", f"{unit}: inside aggregates only, and in joins with other protected views"
        yield "aggregates", ", ".join(AGGREGATES[policy.kind])
    if threshold is not None:
        yield "threshold", f"rows with fewer than {threshold.threshold} distinct units are left out"
    if private is not None:
        left = remaining(request, view)
        yield "per query", f"epsilon at most {private.max_epsilon_per_query:g}, delta {private.delta_per_query:g}"
        yield "budget left", f"epsilon {left.epsilon:g}, delta {left.delta:g}"
        yield "groups", f"a unit counts in {private.max_groups_contributed or 1} of a result's groups"
    if join is not None:
        columns = f" {', '.join(join.columns)}" if join.columns else ""
        yield "join", f"{_JOINS[join.join_condition]}{columns}"


def _example(request: AnalysisRequest, view: Table) -> str:
    policy, unit = policy_of(view), unit_of(view)
    columns = [name for name in view.columns if name != unit]
    source = f"{quoted_path(view.name)} AS v{_join(request, view)}"
    if policy.kind is PolicyKind.LIST_OVERLAP:
        return f"SELECT v.* FROM {source}"  # noqa: S608 - names are quoted, and nothing is run but by its reader
    count = f"COUNT(DISTINCT v.{quoted_path(unit or '')})" if policy.aggregation_threshold_policy else "COUNT(*)"
    group = f"v.{quoted_path(columns[0])}" if columns else ""
    items, tail = (f"{group}, {count}", f"\nGROUP BY {group}") if group else (count, "")
    return f"SELECT WITH {policy.kind} {items} AS n\nFROM {source}{tail}"


def _join(request: AnalysisRequest, view: Table) -> str:
    """Return a join that the restriction of *view* requires, with the first table that has the columns."""
    restriction = policy_of(view).join_restriction_policy
    if restriction is None or restriction.join_condition not in (JoinCondition.JOIN_ANY, JoinCondition.JOIN_ALL):
        return ""
    every = restriction.join_condition is JoinCondition.JOIN_ALL
    needed = [name.lower() for name in restriction.columns]
    for table in request.tables.values():
        shared = [name for name in needed if name in table.columns]
        if (
            table.protected_view is None
            and table.definition is None
            and (len(shared) == len(needed) if every else shared)
        ):
            used = shared if every else shared[:1]
            pairs = " AND ".join(f"v.{quoted_path(name)} = t.{quoted_path(name)}" for name in used)
            return f"\nJOIN {quoted_path(table.name)} AS t ON {pairs}"
    return ""
