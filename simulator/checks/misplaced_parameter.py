"""A template parameter where no literal can stand."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.sql.parameter_types import WHOLE_NUMBER_PARAMETERS
from simulator.sql.tracing import parts
from simulator.verdict import Basis, Finding

_PAGE = f"{USER_GUIDE}/create-sql-analysis-template.html"

_SLOTS: frozenset[tuple[type[exp.Expr], str]] = frozenset(
    {
        *((exp.Select, "expressions"), (exp.Alias, "this"), (exp.Where, "this"), (exp.Having, "this")),
        *((exp.Qualify, "this"), (exp.Join, "on"), (exp.Group, "expressions"), (exp.Ordered, "this")),
        *((exp.Limit, "expression"), (exp.Offset, "expression"), (exp.Window, "partition_by")),
        *(
            (exp.WindowSpec, "start"),
            (exp.WindowSpec, "end"),
            (exp.Tuple, "expressions"),
            (exp.Distinct, "expressions"),
        ),
        *(
            (exp.In, "this"),
            (exp.In, "expressions"),
            (exp.Between, "this"),
            (exp.Between, "low"),
            (exp.Between, "high"),
        ),
        *((exp.Interval, "this"), (exp.Bracket, "expressions"), (exp.Lambda, "this")),
    }
)
"""Where a literal can stand, beside operators and the arguments of functions: the parent, and its part."""
_WITHOUT_LITERALS = (exp.Dot, exp.Collate, exp.Is)
"""Operators beside which a name or a word of the language stands."""
_COUNTS = (exp.Limit, exp.Offset)


def misplaced_parameter(context: QueryContext) -> Iterator[Finding]:
    """A parameter as a name or a word of the language, or one that counts rows and is of no whole number.

    Aliases, names of CTEs and windows, units of time such as the YEAR of EXTRACT and DATEADD are no literals. LIMIT,
    OFFSET and the ends of a window's ROWS take whole numbers.

    Why: A parameter stands where a literal could stand, and its value is put in as one literal; the engine refuses it
        anywhere else.
    Avoid: `SELECT EXTRACT(:part FROM shown_on) AS p FROM imps` in an analysis template
    Prefer: `SELECT EXTRACT(YEAR FROM shown_on) AS p FROM imps WHERE camp = :camp` in the template
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/create-sql-analysis-template.html
    """
    for statement in context.script.statements:
        for node in parts(statement, exp.Placeholder, exp.Parameter):
            if node.find_ancestor(exp.Hint) is not None:
                continue
            if not _stands_for_a_value(node):
                message = f"parameter ':{node.name}' stands where no literal can stand: for a name or a word of SQL"
                yield from _denied(context, message, node)
            elif _counts_rows(node) and (found := _other_type(context, node)) is not None:
                message = f"parameter ':{node.name}' of type {found} stands where a whole number has to stand"
                yield from _denied(context, message, node)


def _denied(context: QueryContext, message: str, node: exp.Expression) -> Iterator[Finding]:
    """Report at what is around the parameter, of which the parser keeps no place."""
    around = node.parent
    while around is not None and context.script.span(around) is None:
        around = around.parent
    at = context.script.span(around) if around is not None else None
    yield from context.deny(misplaced_parameter, message, _PAGE, at=at, basis=Basis.DERIVED)


def _stands_for_a_value(node: exp.Expression) -> bool:
    holder, slot = node.parent, node.arg_key
    if isinstance(holder, _WITHOUT_LITERALS):
        return False
    if isinstance(holder, exp.Func):
        return slot != "unit" and not (isinstance(holder, exp.Extract) and slot == "this")
    if isinstance(holder, (exp.Binary, exp.Unary)):
        return True
    return (type(holder), slot) in _SLOTS


def _counts_rows(node: exp.Expression) -> bool:
    holder = node.parent
    return isinstance(holder, _COUNTS) or (isinstance(holder, exp.WindowSpec) and holder.args.get("kind") == "ROWS")


def _other_type(context: QueryContext, node: exp.Expression) -> str | None:
    parameter = context.request.parameters.get(node.name)
    return None if parameter is None or parameter.type in WHOLE_NUMBER_PARAMETERS else parameter.type
