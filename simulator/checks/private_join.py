"""A join with a private table that does not keep users apart."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from declarations.naming import listed
from simulator.checks.context import QueryContext
from simulator.checks.private_relations import SQL_PAGE, identifier_columns, is_private_source
from simulator.sql.brackets import within_brackets
from simulator.sql.conditions import conjuncts
from simulator.sql.identifier_types import identifier_types
from simulator.sql.resolved import ColumnUse, Join, Select, Source
from simulator.sql.tracing import before, column_use, shows_field
from simulator.verdict import Basis, Finding

_KINDS = frozenset({"INNER", "LEFT", "RIGHT", "FULL", "LEFT SEMI", "LEFT ANTI", "SEMI", "ANTI", ""})


def private_join(context: QueryContext) -> Iterator[Finding]:
    """A join with a private table in another form than JOIN ... ON, or of two of them not on the user.

    Two private relations have to be joined by an equality of their user identifiers that every row meets, and whose
    declared types are one: `'007'` and 7 are equal, but need not be one user. A private and a public one may be joined
    on any key. CROSS and comma joins are not on the list, so neither is a join on a condition that does not tie the
    sides together (`ON TRUE`); USING and NATURAL have to be rewritten. Whether a private table may
    choose rows of other tables, by LEFT SEMI or LEFT ANTI JOIN, is an open question.

    Why: Joined on anything else, one row would hold two users, and one user could change any number of rows.
    Avoid: `SELECT COUNT(*) AS n FROM imps i JOIN conv c ON i.camp = c.camp`
    Prefer: `SELECT COUNT(*) AS n FROM imps i JOIN conv c ON i.user_key = c.user_key`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/dp-sql-capabilities.html
    """
    for select in context.script.selects:
        private = [source for source in select.sources.values() if is_private_source(source)]
        hidden = [join for join in select.joins if join.source in private and _only_chooses(join)]
        for join in select.joins:
            left = [source for source in before(select, join) if is_private_source(source)]
            if left or is_private_source(join.source):
                yield from _judged(context, select, join, left)
        for join in hidden if len(hidden) == len(private) else ():
            message = f"{join.kind} JOIN with a private table chooses rows of other tables, which belong to no user"
            setting = "rows_chosen_by_private_table"
            yield from context.open(private_join, setting, message, SQL_PAGE, at=join.node)


def _only_chooses(join: Join) -> bool:
    return join.kind.endswith(("SEMI", "ANTI"))


def _judged(context: QueryContext, select: Select, join: Join, left: list[Source]) -> Iterator[Finding]:
    if join.natural or join.using:
        message = f"{'NATURAL' if join.natural else 'USING'} is not supported under differential privacy; write ON"
        yield from context.deny(private_join, message, SQL_PAGE, at=join.node)
    elif join.kind not in _KINDS:
        kind = "a comma join" if join.kind == "COMMA" else f"{join.kind} JOIN"
        both = bool(left) and is_private_source(join.source)
        message = f"{kind} with a private table is not supported; join it ON a key"
        yield from context.deny(
            private_join, message, SQL_PAGE, at=join.node, basis=Basis.DOCUMENTED if both else Basis.DERIVED
        )
    elif left and is_private_source(join.source) and not _users_compared(context, join, left):
        message = "two private tables are joined without an equality of their user identifiers"
        yield from context.deny(private_join, message, SQL_PAGE, at=join.node)
    elif len(types := _types_that_meet(context, join, left)) > 1:
        found = listed(sorted(types.values()))
        message = f"user identifiers of several types are joined ({found}), so equal ones need not be one user"
        yield from context.deny(private_join, message, SQL_PAGE, at=join.node, basis=Basis.ASSUMED)
    elif join.condition is None or not _links(context, list(before(select, join)), join.condition):
        message = "a private table is joined without a condition on both sides, which is a CROSS JOIN in other words"
        yield from context.deny(private_join, message, SQL_PAGE, at=join.node, basis=Basis.DERIVED)


def _types_that_meet(context: QueryContext, join: Join, left: list[Source]) -> dict[str, str]:
    sides = _users_compared(context, join, left)
    return {kind: declared for use in sides for kind, declared in identifier_types(use).items()}


def _users_compared(context: QueryContext, join: Join, left: list[Source]) -> tuple[ColumnUse, ...]:
    """Return both sides of the equality of user identifiers by which a private relation is joined; () without one."""
    for part in conjuncts(join.condition):
        if isinstance(part, exp.EQ):
            sides = (column_use(context.script, part.this), column_use(context.script, part.expression))
            for own, other in (sides, sides[::-1]):
                if own is None or other is None or own.source is not join.source or other.source not in left:
                    continue
                if shows_field(own) or shows_field(other):
                    continue
                if own.name in identifier_columns(own.source) and other.name in identifier_columns(other.source):
                    return own, other
    return ()


def _links(context: QueryContext, left: list[Source], condition: exp.Expression) -> bool:
    """Tell whether *condition* holds columns of both sides of a join, in each of its alternatives."""
    condition = within_brackets(condition)
    if isinstance(condition, exp.Or):
        return all(_links(context, left, branch) for branch in (condition.this, condition.expression))
    if isinstance(condition, exp.And):
        return any(_links(context, left, branch) for branch in (condition.this, condition.expression))
    uses = (context.script.use(column) for column in condition.find_all(exp.Column))
    return {use.source in left for use in uses if use is not None} == {True, False}
