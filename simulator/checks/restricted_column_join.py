"""A view that is joined on a column that its policy does not allow, or joined at all where joins are blocked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlglot import exp

from declarations.bigquery.privacy_policy import JoinCondition
from simulator.checks.context import QueryContext
from simulator.checks.view_joins import JOIN_PAGE, Occurrence, Sight, columns_of, is_own_array, occurrences, sights
from simulator.sql.conditions import conjuncts
from simulator.sql.resolved import Join, Origins, Role, Select, Source
from simulator.sql.row_origins import Row, RowOrigins, is_compared
from simulator.sql.tracing import column_use, parts, sides, unchanged, unchanged_column
from simulator.verdict import Finding

_TEXT = "Join occurring on a restricted column."
_SET_JOINS = (exp.Intersect, exp.Except)
_COMPARISONS = (exp.Predicate, exp.Case, exp.Nullif, exp.StartsWith, exp.EndsWith, exp.Contains, exp.StrPosition)
_Place = tuple[str, exp.Expression]
"""What joins the view, and where."""


def restricted_column_join(context: QueryContext) -> Iterator[Finding]:
    """Any join of a view with JOIN_BLOCKED; a join of one with JOIN_NOT_REQUIRED on a column outside its list.

    IN and EXISTS, INTERSECT and EXCEPT match rows like a join and count as one. A column in a computed or unequal
    comparison with another table is joined on, too, and not as the policy means it. UNNEST of the view's own array is
    no join.

    Why: By joining, the asker learns which of their own values the view has too; the owner decides by which columns, if
        any.
    Avoid: `SELECT WITH AGGREGATION_THRESHOLD COUNT(*) AS n FROM mydataset.ExamView
        JOIN mydataset.StudentTable USING (last_name)` (the policy says JOIN_BLOCKED)
    Prefer: `SELECT WITH AGGREGATION_THRESHOLD COUNT(*) AS n FROM mydataset.ExamView`
    Source: https://docs.cloud.google.com/bigquery/docs/analysis-rules#join_restriction_policy
    """
    for occurrence in occurrences(context):
        condition = occurrence.restriction.join_condition
        if condition is JoinCondition.JOIN_BLOCKED:
            places = _joins(context, occurrence)
        elif condition is JoinCondition.JOIN_NOT_REQUIRED:
            places = _restricted(context, occurrence)
        else:
            continue
        found = list(_first(context, occurrence, places))
        yield from found or _open(context, occurrence)


def _first(context: QueryContext, occurrence: Occurrence, places: Iterator[_Place]) -> Iterator[Finding]:
    table, allowed = occurrence.source.table, ", ".join(occurrence.restriction.columns)
    rule = f"columns it may be joined on: {allowed}" if allowed else "its policy blocks all joins"
    for what, node in places:
        message = f"'{table.name if table else ''}' is joined by {what} ({rule})"
        check = restricted_column_join
        yield from context.deny(check, message, JOIN_PAGE, at=node, table=table, service_message=_TEXT)
        return


def _joins(context: QueryContext, occurrence: Occurrence) -> Iterator[_Place]:
    """Yield everything that joins rows of the view, before they are released."""
    for sight in sights(context, occurrence):
        if sight.released:
            continue
        for join in sight.select.joins:
            if _involves(sight, join) and not is_own_array(occurrence, join.source):
                yield f"{join.kind} JOIN".replace("COMMA JOIN", "a comma"), join.source.node
        yield from _semi_joins(occurrence, sight)


def _involves(sight: Sight, join: Join) -> bool:
    return any(sight.carrier in side for side in sides(sight.select, join))


def _semi_joins(occurrence: Occurrence, sight: Sight) -> Iterator[_Place]:
    select = sight.select
    for subquery in select.subqueries:
        if subquery.tables:
            yield "a subquery in an expression", subquery.node
    if select.query.role is Role.SUBQUERY and _reads_others(select.query.parent, occurrence):
        yield "the query around its subquery", select.query.node
    for operator in select.query.operators:
        if isinstance(operator, _SET_JOINS):
            yield operator.key.upper(), operator


def _reads_others(select: Select | None, occurrence: Occurrence) -> bool:
    sources = select.sources.values() if select is not None else ()
    return any(source is not occurrence.source for source in sources)


def _restricted(context: QueryContext, occurrence: Occurrence) -> Iterator[_Place]:
    """Yield everything that joins rows of the view otherwise than by an equality of an allowed column."""
    seen = [sight for sight in sights(context, occurrence) if not sight.released]
    joined = _Joined.of(context, occurrence, seen)
    for select in {id(sight.select): sight.select for sight in seen}.values():
        for join in select.joins:
            yield from joined.by_using(select, join)
        for part, place in _conditions(context, select):
            yield from joined.by_condition(select, part, place)
    for sight in seen:
        for what, node in _semi_joins(occurrence, sight):
            if not _matches_allowed_column(context, occurrence, node):
                yield what, node


def _conditions(context: QueryContext, select: Select) -> Iterator[tuple[exp.Expression, str]]:
    """Yield all that decides which rows of FROM entries meet, each with where it stands; nothing after a release."""
    for join in select.joins:
        yield from ((part, "") for part in conjuncts(join.condition, as_written=True))
        if isinstance(join.source.node, exp.Unnest):
            yield join.source.node, ""
    for name in ("where",) if context.script.clause(select) is not None else ("where", "having", "qualify"):
        clause = select.node.args.get(name)
        yield from ((part, f" in {name.upper()}") for part in conjuncts(clause and clause.this, as_written=True))


@dataclass(frozen=True, slots=True)
class _Joined:
    """What compares rows of one occurrence of a view with other rows.

    Attributes:
        context: The query.
        occurrence: The view's place.
        carriers: The FROM entries that rows of it come through, by `id`.
        origins: Of which rows values are.
    """

    context: QueryContext
    occurrence: Occurrence
    carriers: frozenset[int]
    origins: RowOrigins

    @classmethod
    def of(cls, context: QueryContext, occurrence: Occurrence, seen: Iterable[Sight]) -> _Joined:
        carriers = frozenset(id(sight.carrier) for sight in seen)
        return cls(context, occurrence, carriers, RowOrigins(context.script))

    def by_comparison(self, select: Select) -> Iterator[tuple[str, exp.Expression]]:
        """Yield the columns that *select* may not join on and compares with other rows, wherever that is."""
        for node in parts(select.node, *_COMPARISONS):
            if node.parent_select is select.node:
                columns = [column for root in _compared(node) for column in root.find_all(exp.Column)]
                bare = [column for column in columns if not _is_aggregated(column, node)]
                uses = [use for column in bare if (use := self.context.script.use(column)) is not None]
                if self.is_joined(row for use in uses for row in self.origins.of_use(use)):
                    yield from ((column, use.node) for use in uses for column in self.restricted(use.origins))

    def by_condition(self, select: Select, part: exp.Expression, place: str) -> Iterator[_Place]:
        """Yield what *part* joins; subqueries that read tables are joins of their own."""
        apart = [subquery.node for subquery in select.subqueries if subquery.tables]
        columns = (node for node in parts(part, exp.Column) if not any(_stands_in(node, each) for each in apart))
        uses = [use for column in columns if (use := self.context.script.use(column)) is not None]
        if not self.is_joined(row for use in uses for row in self.origins.of_use(use)):
            return
        for use in uses:
            for column in self.restricted(use.origins):
                yield f"column '{column}'{place}", use.node
        if not self.is_equality(part):
            yield f"a comparison other than an equality of columns{place}", part

    def by_using(self, select: Select, join: Join) -> Iterator[_Place]:
        left, right = sides(select, join)
        for name in join.using:
            holders = [source for source in (*left, *right) if name in source.columns]
            rows = [row for source in holders for row in self.origins.of_column(source, name)]
            for source in holders if self.is_joined(rows) else ():
                for column in self.restricted(source.columns[name]):
                    yield f"column '{column}'", join.source.node
                is_own = any(map(self.is_own, self.origins.of_column(source, name)))
                if is_own and not unchanged_column(source, name):
                    yield f"column '{name}', which is computed", join.source.node

    def is_joined(self, rows: Iterable[Row]) -> bool:
        return is_compared(tuple(dict.fromkeys(rows)), self.is_own)

    def is_own(self, row: Row) -> bool:
        return row[-1][0] in self.carriers

    def restricted(self, origins: Origins) -> list[str]:
        allowed = {name.lower() for name in self.occurrence.restriction.columns}
        return sorted(columns_of(self.occurrence, origins) - allowed)

    def is_equality(self, part: exp.Expression) -> bool:
        """Tell whether *part* is `column = column`, that of the view as it is in the view."""
        if not isinstance(part, exp.EQ):
            return False
        uses = [column_use(self.context.script, side) for side in (part.this, part.expression)]
        return all(
            use is not None and (unchanged(use) or not any(map(self.is_own, self.origins.of_use(use)))) for use in uses
        )


def _compared(node: exp.Expression) -> list[exp.Expression]:
    """Return what *node* compares: of CASE the operand and what follows WHEN."""
    if not isinstance(node, exp.Case):
        return [node]
    return [node.this, *(branch.this for branch in node.args["ifs"])] if node.this is not None else []


def _is_aggregated(column: exp.Expr, within: exp.Expression) -> bool:
    """Tell whether an aggregate function stands between *column* and the comparison that it is in."""
    inner = column.parent
    while inner is not None and inner is not within:
        if isinstance(inner, exp.AggFunc):
            return True
        inner = inner.parent
    return False


def _matches_allowed_column(context: QueryContext, occurrence: Occurrence, node: exp.Expression) -> bool:
    """Tell whether the subquery *node* is matched with an allowed column alone: `column IN (SELECT ...)`."""
    place: exp.Expr | None = node.parent
    while isinstance(place, exp.Subquery):
        place = place.parent
    if not isinstance(place, exp.In):
        return False
    allowed = {name.lower() for name in occurrence.restriction.columns}
    inside = any(
        use.correlated and columns_of(occurrence, use.origins) and _stands_in(use.node, node)
        for use in context.script.uses_by_node.values()
    )
    own = columns_of(occurrence, unchanged(column_use(context.script, place.this)))
    return bool(own) and own <= allowed and not inside


def _stands_in(node: exp.Expr, holder: exp.Expr) -> bool:
    inner: exp.Expr | None = node
    while inner is not None and inner is not holder:
        inner = inner.parent
    return inner is holder


def _open(context: QueryContext, occurrence: Occurrence) -> Iterator[Finding]:
    """Yield what may count as a join or not: nothing published says which."""
    check, table = restricted_column_join, occurrence.source.table
    name = table.name if table else ""
    for setting, what, at in _contested(context, occurrence):
        message = what.format(view=name)
        yield from context.open(check, setting, message, JOIN_PAGE, at=at, table=table, service_message=_TEXT)


def _contested(context: QueryContext, occurrence: Occurrence) -> Iterator[tuple[str, str, exp.Expression]]:
    """Yield the settings, what they are about, and where: joins without an equality, or of released results; values."""
    is_blocked = occurrence.restriction.join_condition is JoinCondition.JOIN_BLOCKED
    seen = sights(context, occurrence)
    for sight in seen:
        for join in sight.select.joins:
            if not _involves(sight, join) or is_own_array(occurrence, join.source):
                continue
            if sight.released:
                yield "join_of_released_result", "a result released from '{view}' is joined", join.source.node
            elif not is_blocked and not _links(context, sight.select, join):
                what = "'{view}' is joined without an equality of columns in ON or USING"
                yield "join_without_condition", what, join.source.node
        for what, at in _semi_joins(occurrence, sight) if sight.released else ():
            yield "join_of_released_result", f"a result released from '{{view}}' is joined by {what}", at
    if not is_blocked:
        unreleased = [sight for sight in seen if not sight.released]
        joined = _Joined.of(context, occurrence, unreleased)
        for select in {id(sight.select): sight.select for sight in unreleased}.values():
            for column, at in joined.by_comparison(select):
                what = f"column '{column}' of '{{view}}' is compared with other rows, and is none to join on"
                yield "comparison_outside_of_conditions", what, at


def _links(context: QueryContext, select: Select, join: Join) -> bool:
    """Tell whether *join* has USING, or an equality between its two sides in ON."""
    left, right = sides(select, join)

    def lies_in(node: exp.Expression, side: list[Source]) -> bool:
        uses = [context.script.use(column) for column in node.find_all(exp.Column)]
        return bool(uses) and all(use is not None and use.source in side for use in uses)

    return bool(join.using) or any(
        (lies_in(part.this, left) and lies_in(part.expression, right))
        or (lies_in(part.this, right) and lies_in(part.expression, left))
        for part in conjuncts(join.condition, as_written=True)
        if isinstance(part, exp.EQ)
    )
