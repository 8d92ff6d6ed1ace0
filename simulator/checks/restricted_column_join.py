"""A view that is joined on a column that its policy does not allow, or joined at all where joins are blocked."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from declarations.bigquery.privacy_policy import JoinCondition
from simulator.checks.context import QueryContext
from simulator.checks.mapping import conjuncts
from simulator.checks.private_relations import column_use
from simulator.checks.view_joins import JOIN_PAGE, Occurrence, Sight, columns_of, condition_uses, occurrences, sights
from simulator.sql.resolved import Join, Role, Select
from simulator.sql.tracing import parts, sides
from simulator.verdict import Basis, Finding

_TEXT = "Join occurring on a restricted column."
_SET_JOINS = (exp.Intersect, exp.Except)
_Place = tuple[str, exp.Expression]
"""What joins the view, and where."""


def restricted_column_join(context: QueryContext) -> Iterator[Finding]:
    """Any join of a view with JOIN_BLOCKED; a join of one with JOIN_NOT_REQUIRED on a column outside its list.

    IN and EXISTS, INTERSECT and EXCEPT match rows like a join and count as one. A column in a computed or unequal
    comparison with another table is joined on, too, and not as the policy means it. UNNEST of the view's own array
    is no join.

    Avoid: FROM ds.exams JOIN ds.students USING (last_name)   Prefer: FROM ds.exams, or a listed column
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
    table, allowed = occurrence.source.table, ", ".join(occurrence.restriction.columns) or "none: joins are blocked"
    for what, node in places:
        message = f"'{table.name if table else ''}' is joined by {what} (columns it may be joined on: {allowed})"
        check, basis = restricted_column_join, Basis.DOCUMENTED
        yield from context.deny(check, message, JOIN_PAGE, at=node, table=table, basis=basis, service_message=_TEXT)
        return


def _joins(context: QueryContext, occurrence: Occurrence) -> Iterator[_Place]:
    """Yield everything that joins rows of the view, before they are released."""
    for sight in sights(context, occurrence):
        if sight.released:
            continue
        for join in sight.select.joins:
            if _involves(sight, join) and not _is_own_array(occurrence, join):
                yield f"{join.kind} JOIN".replace("COMMA JOIN", "a comma"), join.source.node
        yield from _semi_joins(occurrence, sight)


def _involves(sight: Sight, join: Join) -> bool:
    return any(sight.carrier in side for side in sides(sight.select, join))


def _is_own_array(occurrence: Occurrence, join: Join) -> bool:
    origins = [origin for _, found in join.source.output_columns() for origin in found]
    is_own = bool(origins) and all(origin.source is occurrence.source for origin in origins)
    return is_own and isinstance(join.source.node, exp.Unnest)


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
    allowed = {name.lower() for name in occurrence.restriction.columns}
    for sight in sights(context, occurrence):
        if sight.released:
            continue
        for join in sight.select.joins:
            if _involves(sight, join) and not _is_own_array(occurrence, join):
                yield from _restricted_columns(context, occurrence, sight, join, allowed)
        yield from _restricted_where(context, occurrence, sight, allowed)
        for what, node in _semi_joins(occurrence, sight):
            if not _matches_allowed_column(context, occurrence, node, allowed):
                yield what, node


def _restricted_columns(
    context: QueryContext, occurrence: Occurrence, sight: Sight, join: Join, allowed: set[str]
) -> Iterator[_Place]:
    for use in condition_uses(context, sight.select, join):
        for column in sorted(columns_of(occurrence, use.origins) - allowed):
            if use.source is sight.carrier or join.using:
                yield f"column '{column}'", use.node
    for part in conjuncts(join.condition) if join.condition is not None else ():
        if _compares_unequally(context, sight, part):
            yield "a comparison other than an equality of columns", part


def _restricted_where(
    context: QueryContext, occurrence: Occurrence, sight: Sight, allowed: set[str]
) -> Iterator[_Place]:
    where = sight.select.node.args.get("where")
    for part in conjuncts(where.this) if where is not None and sight.select.joins else ():
        uses = [use for column in parts(part, exp.Column) if (use := context.script.use(column)) is not None]
        own = [use for use in uses if use.source is sight.carrier]
        others = [use for use in uses if use.source is not sight.carrier and not columns_of(occurrence, use.origins)]
        for use in own if others else ():
            for column in sorted(columns_of(occurrence, use.origins) - allowed):
                yield f"column '{column}' in WHERE", use.node


def _compares_unequally(context: QueryContext, sight: Sight, part: exp.Expression) -> bool:
    """Tell whether *part* compares the view with another FROM entry in any way but `column = column`."""
    uses = [use for column in parts(part, exp.Column) if (use := context.script.use(column)) is not None]
    sources = {id(use.source) for use in uses}
    if id(sight.carrier) not in sources or len(sources) == 1:
        return False
    is_bare = isinstance(part, exp.EQ) and all(column_use(context, side) for side in (part.this, part.expression))
    return not is_bare


def _matches_allowed_column(
    context: QueryContext, occurrence: Occurrence, node: exp.Expression, allowed: set[str]
) -> bool:
    """Tell whether the subquery *node* is matched with allowed columns of the view only: `column IN (SELECT ...)`."""
    place: exp.Expr | None = node.parent
    while isinstance(place, exp.Subquery):
        place = place.parent
    if not isinstance(place, exp.In):
        return False
    own = columns_of(occurrence, context.script.origins(place.this))
    inside = {
        column
        for use in context.script.uses_by_node.values()
        if use.correlated and _stands_in(use.node, node)
        for column in columns_of(occurrence, use.origins)
    }
    return bool(own) and own | inside <= allowed and column_use(context, place.this) is not None


def _stands_in(node: exp.Expr, holder: exp.Expr) -> bool:
    inner: exp.Expr | None = node
    while inner is not None and inner is not holder:
        inner = inner.parent
    return inner is holder


def _open(context: QueryContext, occurrence: Occurrence) -> Iterator[Finding]:
    """Yield joins of which nothing says whether they count: without a column of the view, or of released results."""
    table = occurrence.source.table
    is_blocked = occurrence.restriction.join_condition is JoinCondition.JOIN_BLOCKED
    for sight in sights(context, occurrence):
        for join in sight.select.joins:
            if not _involves(sight, join) or _is_own_array(occurrence, join):
                continue
            check, at = restricted_column_join, join.source.node
            if sight.released:
                message = f"a result released from '{table.name if table else ''}' is joined"
                setting = "join_of_released_result"
            elif not is_blocked and not join.using and join.condition is None:
                message = f"'{table.name if table else ''}' is joined without a condition"
                setting = "join_without_condition"
            else:
                continue
            yield from context.open(check, setting, message, JOIN_PAGE, at=at, table=table, service_message=_TEXT)
