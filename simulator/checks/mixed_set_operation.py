"""A set operation between protected and other rows."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from declarations.bigquery.privacy_policy import PolicyKind
from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import FROM_PAGE, is_under_clause, policy_of, reads_units, views_of
from simulator.checks.proven_units import unit_positions
from simulator.sql.resolved import Query, Select
from simulator.verdict import Basis, Finding


def mixed_set_operation(context: QueryContext) -> Iterator[Finding]:
    """UNION, INTERSECT or EXCEPT below a privacy clause, where not every part is protected by the same unit column.

    The unit must stand at the same position in every part.

    Why: Otherwise values of the unit would mix with other values, and people could no longer be counted.
    Avoid: `SELECT WITH AGGREGATION_THRESHOLD COUNT(*) AS n FROM (SELECT last_name FROM mydataset.ExamView
        UNION ALL SELECT last_name FROM mydataset.StudentTable)`
    Prefer: `SELECT WITH AGGREGATION_THRESHOLD COUNT(*) AS n FROM (SELECT last_name FROM mydataset.ExamView
        UNION ALL SELECT last_name FROM mydataset.Other)` (Other is a view with the same unit)
    Source: https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#dp_from_rules
    """
    for query in context.script.queries:
        if not query.operators or not any(_hands_on_units(context, select) for select in query.selects):
            continue
        handing = [_hands_on_units(context, select) for select in query.selects]
        kind = _kind(context, query)
        if not all(handing):
            first, other = handing.index(True) + 1, handing.index(False) + 1
            word, what = _word(query.operators[0]), f"{kind.lower()}-enabled table expression"
            text = f"Not all queries in {word} are {what}s; query {first} is an {what}, but query {other} is not"
            message = f"query {first} of {word} reads a protected view and query {other} does not"
        elif not unit_positions(context, query):
            message, text = "the parts of a set operation have their privacy units at different positions", None
        else:
            continue
        at, basis = query.operators[0], Basis.DERIVED
        yield from context.deny(mixed_set_operation, message, FROM_PAGE, at=at, basis=basis, service_message=text)


def _hands_on_units(context: QueryContext, select: Select) -> bool:
    has_clause = context.script.clause(select) is not None
    return reads_units(context, select) and is_under_clause(context, select) and not has_clause


def _kind(context: QueryContext, query: Query) -> PolicyKind:
    return next(policy_of(table).kind for select in query.selects for table in views_of(context, select))


def _word(operator: exp.Expression) -> str:
    return f"{operator.key.upper()} {'DISTINCT' if operator.args.get('distinct') else 'ALL'}"
