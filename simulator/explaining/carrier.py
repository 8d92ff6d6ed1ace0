"""The carrier: the simplest query over a table that its rules allow, to which all other questions add something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from declarations.analysis_rules import AnalysisRuleAggregation, AnalysisRuleList
from simulator.checks.listed import join_columns, shown_columns
from simulator.explaining.asking import Answer, Asking, askings
from simulator.explaining.draft import Draft, Family, Match, family
from simulator.request import AnalysisRequest, Table, TableKind
from simulator.table_rules import comparison_controls, identity_column, user_identifier
from simulator.verdict import Outcome

_CURED_BY_JOINS = frozenset({"missing_join_with_query_runner", "mapping_overlap_missing"})
"""Refusals that a join with another table can lift."""
_MOST_PAIRS = 12
"""Maximum number of column pairs to try for one join, the likeliest first."""
_MOST_TRIES = 600
"""Maximum number of queries to judge before a table counts as not queryable."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """The simplest query, how it is submitted, and its verdict; denied when no query over the table is allowed."""

    draft: Draft
    asking: Asking
    answer: Answer


def carrier(request: AnalysisRequest, member: str, table: Table) -> Carrier:
    """Find the simplest query over *table* that *member* can run.

    It tries the ways to submit, single aggregates and columns, and, if a rule demands a join, joins with one and two
    other tables of the room. It returns the first query that is allowed, or else the one with the best answer.
    """
    best: Carrier | None = None
    tries = 0
    for draft in _drafts(request, table):
        if draft.joins and best is not None and not _joins_could_help(best.answer):
            break
        for asking in askings(request, member, draft.tables):
            tries += 1
            found = Carrier(draft, asking, asking.ask(draft))
            if best is None or found.answer.rank < best.answer.rank:
                best = found
            if found.answer.outcome is Outcome.ALLOWED or tries == _MOST_TRIES:
                return best
    assert best is not None  # noqa: S101 - every table has at least the draft that counts its rows
    return best


def _joins_could_help(answer: Answer) -> bool:
    definite = {finding.check for finding in answer.findings if finding.setting is None}
    return bool(definite & _CURED_BY_JOINS)


def _drafts(request: AnalysisRequest, table: Table) -> Iterator[Draft]:
    alone = Draft(table, engine=request.engine)
    yield from selecting(alone)
    others = [other for other in request.tables.values() if other is not table]
    # First the tables with the same kind of rule and those of the query runner, which required joins refer to.
    others.sort(key=lambda other: (_kind(other) not in {_kind(table), None}, other.owner != request.query_runner))
    for other in others:
        for draft in _joined(alone, other):
            yield from selecting(draft)
    for first in others:
        for draft in _joined(alone, first):
            for second in others:
                if second is not first:
                    for longer in _joined(draft, second):
                        yield from selecting(longer)


def _kind(table: Table) -> str | None:
    return table.rule.rule_type if table.rule is not None else None


def _joined(draft: Draft, table: Table) -> Iterator[Draft]:
    for before in draft.tables:
        for own, other in pairs(table, before):
            taken = {(match.other.name, match.other_column) for match in draft.joins}
            taken |= {(match.table.name, match.column) for match in draft.joins}
            mapped = before.kind is TableKind.ID_MAPPING and (before.name, other) in taken
            if not mapped:
                yield replace(draft, joins=(*draft.joins, Match(table, own, before, other)))


def pairs(left: Table, right: Table) -> list[tuple[str, str]]:
    """Return pairs of a column of *left* and one of *right* to join by, the likeliest first, at most a dozen."""
    found = [(own, other) for own in _keys(left) for other in _keys(right)]
    found.sort(key=lambda pair: (pair[0] != pair[1], left.columns.get(pair[0]) != right.columns.get(pair[1])))
    return found[:_MOST_PAIRS]


def _keys(table: Table) -> Sequence[str]:
    listed = join_columns(table)
    if listed:
        return listed
    user = user_identifier(table) or identity_column(table)
    controls = comparison_controls(table)
    columns = table.columns if controls is None else controls.allowed_column_comparison_columns
    return list(dict.fromkeys((*([user] if user else ()), *columns)))


def selecting(draft: Draft) -> Iterator[Draft]:
    """Yield *draft* with the simplest select lists that the rules of its tables could allow."""
    rules = [table.rule for table in draft.tables if table.rule is not None]
    if any(isinstance(rule, AnalysisRuleList) for rule in rules):
        listed = (draft.column(table, name) for table in draft.tables for name in shown_columns(table)[:1])
        for item in (*listed, *(draft.column(draft.table, name) for name in list(draft.table.columns)[:1])):
            yield replace(draft, items=(item,), distinct=True)
        return
    if any(isinstance(rule, AnalysisRuleAggregation) for rule in rules):
        for table in draft.tables:
            for function, column in _declared(table):
                yield replace(draft, items=(aggregate(function, draft.column(table, column)),))
        return
    yield from _counting(draft)


def _declared(table: Table) -> Iterator[tuple[str, str]]:
    if isinstance(table.rule, AnalysisRuleAggregation):
        for entry in table.rule.aggregate_columns:
            yield from ((entry.function, column) for column in entry.column_names)


def _counting(draft: Draft) -> Iterator[Draft]:
    for table in draft.tables:
        user = user_identifier(table) or identity_column(table)
        if user:
            yield replace(draft, items=(aggregate("COUNT_DISTINCT", draft.column(table, user)),))
    yield replace(draft, items=("COUNT(*)",))
    for table in draft.tables:
        numbers = [name for name, declared in table.columns.items() if family(declared) is Family.NUMBER]
        yield from (replace(draft, items=(aggregate("SUM", draft.column(table, name)),)) for name in numbers)
        yield from (replace(draft, items=(aggregate("COUNT", draft.column(table, name)),)) for name in table.columns)
        yield from (replace(draft, items=(draft.column(table, name),)) for name in table.columns)


def aggregate(function: str, column: str) -> str:
    """Return the call of an aggregate function on *column*; the suffix `_DISTINCT` becomes DISTINCT in the call."""
    plain = function.removesuffix("_DISTINCT")
    return f"{plain}({'DISTINCT ' if plain != function else ''}{column})"
