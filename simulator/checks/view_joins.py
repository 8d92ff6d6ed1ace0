"""On which columns a BigQuery view is joined: the vocabulary of the checks on join restrictions.

Columns are followed through CTEs, derived tables and views as long as these do no more than select and rename; below
an aggregate, a window or a privacy clause, rows of the view would be seen that a join above can no longer leave out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlglot import exp

from declarations.bigquery.privacy_policy import JoinRestrictionPolicy
from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import RULES_PAGE, consumers
from simulator.checks.written_columns import is_written
from simulator.sql.conditions import conjuncts
from simulator.sql.resolved import Join, Origins, Select, Source
from simulator.sql.row_by_row import goes_row_by_row
from simulator.sql.tracing import NO_ORIGINS, column_use, sides, unchanged, unchanged_column

JOIN_PAGE = f"{RULES_PAGE}#join_restriction_policy"


class Manner(StrEnum):
    """How a column of a view is compared with a column of another FROM entry."""

    INNER = "inner"
    """An equality that every row meets, in an inner join."""
    OPTIONAL = "optional"
    """The same in an outer join that leaves out rows of the view without a match."""
    PRESERVED = "preserved"
    """The same in an outer join that keeps rows of the view without a match."""
    IN_WHERE = "in_where"
    """An equality in WHERE over a comma or cross join."""
    COMPUTED = "computed"
    """An equality of what is computed from the column, in ON."""


class Partner(StrEnum):
    """Whose values a column of a view is compared with."""

    DATA = "data"
    """Those of a table, or of another view."""
    ITSELF = "itself"
    """Those of the same view."""
    WRITTEN = "written"
    """Those that the query writes itself: with a list of all values, every row would be seen."""


@dataclass(frozen=True, slots=True)
class JoinedColumn:
    """A column of one occurrence of a view that is joined on.

    Attributes:
        name: The view's column, in lower case.
        manner: How.
        partner: What it is joined with.
    """

    name: str
    manner: Manner
    partner: Partner


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One place where a query names a view with a join restriction.

    Attributes:
        select: The SELECT in whose FROM it stands.
        source: The FROM entry.
        restriction: The view's restriction.
    """

    select: Select
    source: Source
    restriction: JoinRestrictionPolicy


def occurrences(context: QueryContext) -> Iterator[Occurrence]:
    """Yield every occurrence of a view with a join restriction, in the order of FROM."""
    for select in context.script.selects:
        for source in select.sources.values():
            view = source.table.protected_view if source.table is not None else None
            if view is not None and view.policy.join_restriction_policy is not None:
                yield Occurrence(select, source, view.policy.join_restriction_policy)


def columns_of(occurrence: Occurrence, origins: Origins) -> frozenset[str]:
    """Return the columns of *occurrence* among *origins*."""
    return frozenset(origin.column for origin in origins if origin.source is occurrence.source)


def is_own_array(occurrence: Occurrence, source: Source) -> bool:
    """Tell whether a FROM entry is UNNEST of an array of the occurrence's own row: that is no join."""
    origins = [origin for _, found in source.output_columns() for origin in found]
    is_own = bool(origins) and all(origin.source is occurrence.source for origin in origins)
    return is_own and isinstance(source.node, exp.Unnest)


def joined_columns(
    context: QueryContext, occurrence: Occurrence, select: Select, carrier: Source
) -> list[JoinedColumn]:
    """Return the columns that *select* joins *occurrence* on.

    Args:
        context: The query.
        occurrence: The view's place.
        select: A SELECT that sees the view's rows.
        carrier: The FROM entry of *select* by which it sees them.
    """
    found: list[JoinedColumn] = []
    for join in select.joins:
        left, right = sides(select, join)
        if carrier in left or carrier in right:
            others = [each for each in (right if carrier in left else left) if not is_own_array(occurrence, each)]
            manner = _manner(join, on_left=carrier in left)
            found += _by_using(context, occurrence, join, carrier, others, manner)
            found += _by_condition(context, occurrence, join.condition, carrier, others, manner)
    where = select.node.args.get("where")
    others = [each for each in select.sources.values() if each is not carrier and not is_own_array(occurrence, each)]
    found += _by_condition(context, occurrence, where and where.this, carrier, others, Manner.IN_WHERE)
    return found


def _manner(join: Join, *, on_left: bool) -> Manner:
    if join.kind in ("LEFT", "RIGHT", "FULL"):
        is_kept = join.kind == "FULL" or (join.kind == "LEFT") is on_left
        return Manner.PRESERVED if is_kept else Manner.OPTIONAL
    return Manner.INNER


def _by_using(
    context: QueryContext,
    occurrence: Occurrence,
    join: Join,
    carrier: Source,
    others: list[Source],
    manner: Manner,
) -> Iterator[JoinedColumn]:
    for name in join.using:
        holders = [source for source in others if name in source.columns]
        if name in carrier.columns and holders:
            partner = _partner(context, occurrence, [(source, name) for source in holders])
            for column in columns_of(occurrence, unchanged_column(carrier, name)):
                yield JoinedColumn(column, manner, partner)


def _by_condition(
    context: QueryContext,
    occurrence: Occurrence,
    condition: exp.Expression | None,
    carrier: Source,
    others: list[Source],
    manner: Manner,
) -> Iterator[JoinedColumn]:
    for part in conjuncts(condition, as_written=True):
        if not isinstance(part, exp.EQ):
            continue
        for own_side, other_side in ((part.this, part.expression), (part.expression, part.this)):
            own, other = column_use(context.script, own_side), column_use(context.script, other_side)
            if own is not None and own.source is carrier and other is not None and other.source in others:
                partner = _partner(context, occurrence, [(other.source, other.name)])
                for column in columns_of(occurrence, unchanged(own)):
                    yield JoinedColumn(column, manner, partner)
            elif manner is not Manner.IN_WHERE and (read := _read(context, other_side, others)):
                for column in columns_of(occurrence, context.script.origins(own_side)):
                    yield JoinedColumn(column, Manner.COMPUTED, _partner(context, occurrence, read))


def _read(context: QueryContext, node: exp.Expression, sources: list[Source]) -> list[tuple[Source, str]]:
    """Return the columns of *sources* in *node*."""
    uses = (context.script.use(column) for column in node.find_all(exp.Column))
    return [(use.source, use.name) for use in uses if use is not None and use.source in sources]


def _partner(context: QueryContext, occurrence: Occurrence, columns: list[tuple[Source, str]]) -> Partner:
    if any(is_written(context, source, name) for source, name in columns):
        return Partner.WRITTEN
    origins = NO_ORIGINS.union(*(source.columns.get(name, NO_ORIGINS) for source, name in columns))
    is_itself = any(origin.table is occurrence.source.table for origin in origins)
    return Partner.ITSELF if is_itself else Partner.DATA


def satisfies(
    context: QueryContext,
    occurrence: Occurrence,
    counted: frozenset[Manner],
    partners: frozenset[Partner],
    *,
    every: bool,
) -> bool:
    """Tell whether each way from *occurrence* to the rows that come out leads through the joins that are asked for.

    Args:
        context: The query.
        occurrence: The view's place.
        counted: The manners of joining that count.
        partners: With whom a join counts.
        every: Whether all columns of the restriction must be joined on, or any one.
    """
    wanted = frozenset(name.lower() for name in occurrence.restriction.columns)
    known: dict[tuple[int, frozenset[str]], bool] = {}

    def reached(select: Select, carrier: Source, before: frozenset[str]) -> bool:
        key = (id(carrier), before)
        if key not in known:
            known[key] = is_reached(select, carrier, before)
        return known[key]

    def is_reached(select: Select, carrier: Source, before: frozenset[str]) -> bool:
        joined = joined_columns(context, occurrence, select, carrier)
        names = {each.name for each in joined if each.manner in counted and each.partner in partners}
        found = before | (wanted & names)
        if found == wanted if every else found:
            return True
        users = consumers(context, select.query) if is_plain(context, select) else []
        return bool(users) and all(reached(user, source, found) for user, source in users)

    return bool(wanted) and reached(occurrence.select, occurrence.source, frozenset())


def is_plain(context: QueryContext, select: Select) -> bool:
    """Tell whether *select* does no more to rows than choose them one by one and rename them.

    A limit, DISTINCT or an operand of EXCEPT looks at rows that a join above would have left out.
    """
    if context.script.clause(select) is not None:
        return False
    if any(not isinstance(operator, exp.Union) for operator in select.query.operators):
        return False
    return goes_row_by_row(select)


@dataclass(frozen=True, slots=True)
class Sight:
    """A SELECT that sees rows of an occurrence, and the FROM entry by which it does.

    Attributes:
        select: The SELECT.
        carrier: The FROM entry.
        released: Whether a privacy clause stands between the view and this SELECT.
    """

    select: Select
    carrier: Source
    released: bool


def sights(context: QueryContext, occurrence: Occurrence) -> list[Sight]:
    """Return every SELECT that *occurrence* flows into through FROM, itself first."""
    found = {id(occurrence.source): Sight(occurrence.select, occurrence.source, released=False)}
    pending = list(found.values())
    while pending:
        sight = pending.pop()
        released = sight.released or context.script.clause(sight.select) is not None
        for user, source in consumers(context, sight.select.query):
            if id(source) not in found:
                found[id(source)] = Sight(user, source, released)
                pending.append(found[id(source)])
    return list(found.values())
