"""A view that must be joined and is not, or not on the columns that its policy names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from declarations.bigquery.names import short_name
from declarations.bigquery.privacy_policy import JoinCondition
from simulator.checks.context import QueryContext
from simulator.checks.view_joins import JOIN_PAGE, Manner, Occurrence, Partner, occurrences, satisfies
from simulator.verdict import Finding

_ALL = frozenset({Manner.INNER})
_ANY = frozenset({Manner.INNER, Manner.OPTIONAL})
_DATA = frozenset({Partner.DATA})


class _Wider(NamedTuple):
    """An open question: its setting, and the manners of joining and the partners that its permissive reading counts."""

    setting: str
    manners: frozenset[Manner] = frozenset()
    partners: frozenset[Partner] = frozenset()


_WIDER_ALL = (
    _Wider("self_join_satisfies_restriction", partners=frozenset({Partner.ITSELF})),
    _Wider("written_values_satisfy_restriction", partners=frozenset({Partner.WRITTEN})),
    _Wider("equality_in_where_is_join", frozenset({Manner.IN_WHERE})),
    _Wider("computed_join_column", frozenset({Manner.COMPUTED})),
)
_WIDER_ANY = (*_WIDER_ALL, _Wider("outer_join_under_join_any", frozenset({Manner.PRESERVED})))


def unsatisfied_join_restriction(context: QueryContext) -> Iterator[Finding]:
    """A view joined on none of its columns under JOIN_ANY, or not on all of them under JOIN_ALL.

    What counts is an equality of bare columns at the top of ON or under AND, or USING; through CTEs, subqueries and
    views. JOIN_ALL needs inner joins. Every occurrence of the view is judged, and every use of a CTE over it. Values
    that the query writes itself, such as a list of constants, are no table to join with.

    Why: The owner shows only rows that the asker has, too; a join on these columns is how that is proven.
    Avoid: `SELECT * FROM mydataset.ExamView e JOIN shop.Cities c ON e.test_id = c.city`
    Prefer: `SELECT * FROM mydataset.ExamView JOIN mydataset.StudentTable USING (test_score)`
        (the policy lists test_score)
    Source: https://docs.cloud.google.com/bigquery/docs/analysis-rules#join_restriction_policy
    """
    for occurrence in occurrences(context):
        condition = occurrence.restriction.join_condition
        if condition not in (JoinCondition.JOIN_ANY, JoinCondition.JOIN_ALL):
            continue
        every = condition is JoinCondition.JOIN_ALL
        counted = _ALL if every else _ANY
        if not satisfies(context, occurrence, counted, _DATA, every=every):
            yield from _judged(context, occurrence, counted, every=every)


def _judged(
    context: QueryContext, occurrence: Occurrence, counted: frozenset[Manner], *, every: bool
) -> Iterator[Finding]:
    table = occurrence.source.table
    assert table is not None  # noqa: S101 - an occurrence is one of a view
    columns = ", ".join(occurrence.restriction.columns)
    how = "inner joined on all" if every else "joined on at least one"
    message = f"'{table.name}' must be {how} of its columns [{columns}], by an equality in ON or by USING"
    at = occurrence.source.node
    which = "all" if every else "at least one"
    text = f"Joining must occur on {which} of the following columns [{columns}] on table {short_name(table.name)}."
    check = unsatisfied_join_restriction
    for setting, manners, partners in _WIDER_ALL if every else _WIDER_ANY:
        if satisfies(context, occurrence, counted | manners, _DATA | partners, every=every):
            yield from context.open(check, setting, message, JOIN_PAGE, at=at, table=table, service_message=text)
            return
    yield from context.deny(check, message, JOIN_PAGE, at=at, table=table, service_message=text)
