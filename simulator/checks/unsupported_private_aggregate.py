"""An aggregate that the privacy clause does not take."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from declarations.bigquery.privacy_policy import PolicyKind
from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import (
    AGGREGATES,
    CLAUSE_PAGES,
    clause_selects,
    is_in_aggregate,
    name_of_call,
    own_parts,
)
from simulator.sql.functions import is_unknown
from simulator.sql.grouping import grouping_keys, is_grouped
from simulator.sql.private_clauses import PrivateClause
from simulator.sql.resolved import Select
from simulator.verdict import Basis, Finding

_AROUND = (exp.IgnoreNulls, exp.RespectNulls, exp.Filter, exp.WithinGroup)
_INSIDE = (*_AROUND, exp.HavingMax, exp.Order, exp.Limit)
_SAMPLE = {"STDDEV": "STDDEV_SAMP", "VARIANCE": "VAR_SAMP"}
_GROUPING_TEXT = "GROUPING function is not supported in aggregation threshold queries"


def unsupported_private_aggregate(context: QueryContext) -> Iterator[Finding]:
    """An aggregate function outside the clause's list, with a modifier or DISTINCT, or one inside another.

    DISTINCT is refused under DIFFERENTIAL_PRIVACY only. A function that nothing is known about counts as an aggregate
    where its columns are not grouped by.

    Why: BigQuery lists the functions of each clause. MIN and MAX, which are the value of one person, are on neither
        list.
    Avoid: `SELECT WITH AGGREGATION_THRESHOLD test_id, MAX(test_score) AS m FROM mydataset.ExamView GROUP BY test_id`
    Prefer: `SELECT WITH AGGREGATION_THRESHOLD test_id, AVG(test_score) AS a FROM mydataset.ExamView GROUP BY test_id`
    Source:
        https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#agg_threshold_policy_functions
    """
    for select, clause in clause_selects(context):
        for node in own_parts(select, exp.AggFunc, exp.Grouping, exp.Anonymous, exp.AnonymousAggFunc):
            found = _objection(context, select, clause, node)
            if found is not None:
                message, text = found
                page, basis = CLAUSE_PAGES[clause.kind], Basis.DOCUMENTED if text is None else Basis.DERIVED
                yield from context.deny(
                    unsupported_private_aggregate, message, page, at=node, basis=basis, service_message=text
                )


_Objection = tuple[str, str | None] | None
"""What is wrong and the service's text, if it is known; None when nothing is."""


def _objection(context: QueryContext, select: Select, clause: PrivateClause, node: exp.Expression) -> _Objection:
    name, allowed = name_of_call(node), AGGREGATES[clause.kind]
    is_private = clause.kind is PolicyKind.DIFFERENTIAL_PRIVACY
    listed = f"(aggregates of WITH {clause.kind}: {', '.join(allowed)})"
    if isinstance(node, exp.Grouping):
        return "GROUPING is not supported in queries with a privacy clause", None if is_private else _GROUPING_TEXT
    if is_unknown(node):
        message = f"{name} may be an aggregate that is not supported {listed}"
        return (message, None) if _varies(context, select, node) else None
    if name not in allowed:
        hint = f"; write {_SAMPLE[name]}" if name in _SAMPLE and not is_private else ""
        text = f"Unsupported function in DIFFERENTIAL_PRIVACY clause: {name}" if is_private else None
        return f"{name} is not supported {listed}{hint}", text
    return _objection_to_form(select, node, name, is_private=is_private)


def _objection_to_form(select: Select, node: exp.Expression, name: str, *, is_private: bool) -> _Objection:
    if is_in_aggregate(node, select):
        return f"{name} appears inside another aggregate; aggregate once", None
    if isinstance(node.parent, _AROUND) or isinstance(node.this, _INSIDE):
        return f"a modifier inside {name} is not supported with a privacy clause", None
    if is_private and isinstance(node.this, exp.Distinct):
        return (
            f"{name} with DISTINCT is not supported under DIFFERENTIAL_PRIVACY",
            f"Aggregate operator {name} does not support DISTINCT in arguments",
        )
    return None


def _varies(context: QueryContext, select: Select, node: exp.Expression) -> bool:
    """Tell whether *node* reads a column that is neither grouped by nor inside an aggregate."""
    keys = grouping_keys(context.script, select)
    if is_grouped(context.script, node, keys) or is_in_aggregate(node, select):
        return False
    return any(
        not is_grouped(context.script, column, keys) and not is_in_aggregate(column, select)
        for column in node.find_all(exp.Column)
    )
