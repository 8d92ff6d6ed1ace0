"""Explains one table: what each of its columns may be used for, with an example of an allowed query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from simulator.analysis_rules import judge
from simulator.checks.analysis_not_approved import analysis_not_approved
from simulator.explaining.asking import Answer
from simulator.explaining.carrier import Carrier, carrier
from simulator.explaining.draft import Draft, Family, family, literal
from simulator.explaining.joining import Joinable, joinable
from simulator.explaining.limits import Limit, limits, source
from simulator.explaining.uses import (
    USES,
    aggregate_functions,
    aggregated,
    answer_use,
    computed,
    scalar_functions,
)
from simulator.request import AnalysisRequest, Table
from simulator.table_rules import user_identifier
from simulator.verdict import Finding, Outcome

_ONE_GROUP_A_USER = ("select", "group", "sort")
"""Uses that group by the column if a rule allows aggregates only."""

_MOST_ITEMS = 2
"""Maximum number of select items of an example."""


@dataclass(frozen=True, slots=True)
class ColumnPage:
    """The permitted uses of one column; each answer holds the query that was judged.

    Attributes:
        name: Its name, lower case.
        type: Its declared type.
        uses: Use (see `uses.USES`) to its answer.
        aggregates: Aggregate function to its answer, for functions that suit the type.
        functions: Scalar function to its answer, for functions that suit the type.
        unshown: Uses that may be allowed but show nothing: under differential privacy, a group for each user identifier
            holds one user, and such small groups are not shown.
    """

    name: str
    type: str
    uses: Mapping[str, Answer]
    aggregates: Mapping[str, Answer]
    functions: Mapping[str, Answer]
    unshown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TablePage:
    """The permitted uses of one table for a member.

    Attributes:
        table: The table.
        member: Account id of the member.
        source: Page of the user guide about its kind of rule; None when it has none.
        asked: How the member can submit such queries, in words; None when there is no way.
        limits: The rules for every query over it.
        columns: Its columns, in order.
        joins: The other tables of the room, and the columns by which they can be joined.
        example: A query to start from, with its verdict.
        example_request: The request with which the example was judged.
        approvers: Account ids of the owners whose rules admit the example only as a template that they approve; empty
            when the example can run as ad hoc SQL.
    """

    table: Table
    member: str
    source: str | None
    asked: str | None
    limits: tuple[Limit, ...]
    columns: tuple[ColumnPage, ...]
    joins: tuple[Joinable, ...]
    example: Answer
    example_request: AnalysisRequest
    approvers: tuple[str, ...] = ()

    @property
    def refusals(self) -> tuple[Finding, ...]:
        """Why no query over the table is (certainly) allowed; empty when one is."""
        return self.example.findings


def explain_table(request: AnalysisRequest, member: str, table: Table) -> TablePage:
    """Explain what *member* may do with *table* in a room.

    Args:
        request: Any request to the room; its tables, members and settings are used, its SQL is ignored.
        member: Account id.
        table: One of the request's tables.
    """
    found = carrier(request, member, table)
    refused = found.answer.outcome is Outcome.DENIED
    columns = tuple(_column(found, table, name) for name in table.columns)
    joins = () if refused else tuple(joinable(request, member, found, table))
    draft = found.draft if refused else _example(found, table, columns)
    example = found.asking.ask(draft)
    return TablePage(
        table=table,
        member=member,
        source=source(table),
        asked=None if refused else found.asking.described,
        limits=tuple(limits(table)),
        columns=columns,
        joins=joins,
        example=example,
        example_request=replace(found.asking.request, sql=example.sql),
        approvers=() if refused else _approvers(found.asking.request, member, example),
    )


def _approvers(request: AnalysisRequest, member: str, example: Answer) -> tuple[str, ...]:
    """Return the owners whose rules refuse the example as ad hoc SQL since they have not approved it."""
    ad_hoc = replace(request, sql=example.sql, submitted_by=member, template_arn=None, template_author=None)
    refused = (finding for finding in judge(ad_hoc).findings if finding.check == analysis_not_approved.__name__)
    return tuple(dict.fromkeys(finding.owner for finding in refused if finding.owner is not None))


def _column(found: Carrier, table: Table, name: str) -> ColumnPage:
    if found.answer.outcome is Outcome.DENIED:
        # No query is allowed: every use is refused for the same reasons as the simplest query.
        return ColumnPage(name, table.columns[name], dict.fromkeys(USES, found.answer), {}, {})
    return ColumnPage(
        name=name,
        type=table.columns[name],
        uses={label: answer_use(found, table, name, use) for label, use in USES.items()},
        aggregates={
            function: answer_use(found, table, name, aggregated(function))
            for function in aggregate_functions(table, name)
        },
        functions={
            function.value: answer_use(found, table, name, computed(function))
            for function in scalar_functions(table, name)
        },
        unshown=_ONE_GROUP_A_USER if name == user_identifier(table) else (),
    )


def _example(found: Carrier, table: Table, columns: tuple[ColumnPage, ...]) -> Draft:
    """Return the carrier with a group or a second column, and a filter, as long as the answer gets no worse."""
    draft = found.draft

    def kept(longer: Draft) -> Draft:
        return longer if found.asking.ask(longer).rank <= found.answer.rank else draft

    # Text columns, such as kinds and places, make better groups and filters than keys and times.
    liked = sorted(columns, key=lambda column: (_is_key(found, column), family(column.type) is not Family.TEXT))
    for column in liked:
        name = draft.column(table, column.name)
        if draft.group or len(draft.items) == _MOST_ITEMS:
            break
        if name in draft.items:
            continue
        longer = draft.showing(name) if draft.distinct else replace(draft, items=(name, *draft.items)).grouped(name)
        draft = kept(longer)
    unused_first = sorted(
        liked,
        key=lambda column: (
            draft.column(table, column.name) in draft.items,
            column.uses["select"].rank > found.answer.rank,
        ),
    )
    for column in unused_first:
        if not draft.where and family(column.type) is not Family.OTHER and not _is_key(found, column):
            draft = kept(replace(draft, where=(f"{draft.column(table, column.name)} = {literal(column.type)}",)))
    return draft


def _is_key(found: Carrier, column: ColumnPage) -> bool:
    """Tell whether the carrier counts or joins by the column: grouping by it would show single persons."""
    written = found.draft.column(found.draft.table, column.name)
    return any(written in item for item in found.draft.items) or any(
        column.name in {match.column, match.other_column} for match in found.draft.joins
    )
