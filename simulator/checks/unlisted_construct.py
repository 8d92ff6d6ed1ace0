"""A piece of SQL that the grammar of the rule does not have at that place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlglot import exp

from simulator.checks.context import QueryContext
from simulator.checks.listed import expressions, is_list_query, rule_name, rule_page
from simulator.sql.constructs import CONDITIONS, Construct, bare, construct_of, operands
from simulator.sql.resolved import Clause
from simulator.sql.spelling import shown
from simulator.verdict import Basis, Finding

_VALUES = frozenset({Construct.COLUMN, Construct.STRING, Construct.NUMBER, Construct.ARITHMETIC})
_CALLS = frozenset({Construct.SCALAR, Construct.FUNCTION})

_AGGREGATION: Mapping[Clause, frozenset[Construct]] = {
    Clause.SELECT: _VALUES | _CALLS | {Construct.AGGREGATE},
    Clause.WHERE: _VALUES | _CALLS | CONDITIONS,
    Clause.GROUP_BY: _CALLS | {Construct.COLUMN, Construct.STRING, Construct.NUMBER},
    Clause.HAVING: _CALLS
    | {Construct.COLUMN, Construct.NUMBER, Construct.AGGREGATE, Construct.COMPARISON, Construct.LOGIC},
    Clause.ORDER_BY: _CALLS | {Construct.COLUMN, Construct.NUMBER, Construct.AGGREGATE},
}
"""What an aggregation query may hold; other checks judge functions, literals and select items more closely."""

_LIST: Mapping[Clause, frozenset[Construct]] = {
    Clause.SELECT: _VALUES,
    Clause.WHERE: _VALUES | CONDITIONS | {Construct.CONCATENATION},
}

_CLOSED = frozenset({Construct.COLUMN, Construct.STRING, Construct.NUMBER, Construct.AGGREGATE}) | _CALLS
"""Constructs whose inside is the matter of other checks."""

_GROUPING = (exp.Rollup, exp.Cube, exp.GroupingSets, exp.Tuple)


def unlisted_construct(context: QueryContext) -> Iterator[Finding]:
    """A construct that the rule's grammar does not list for its clause: CASE, a window, ILIKE, INTERVAL and others.

    Why: A query must have the form that the rule's grammar shows; what it does not show is not supported.
    Avoid: `SELECT SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key
        WHERE v.region ILIKE 'e%'`
    Prefer: `SELECT SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key
        WHERE v.region LIKE 'E%'`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    grammar = _LIST if is_list_query(context) else _AGGREGATION
    name, source = rule_name(context), rule_page(context)
    for select in context.script.selects:
        for clause, root in expressions(select):
            if clause not in grammar or (clause is Clause.GROUP_BY and isinstance(bare(root), _GROUPING)):
                continue  # unlisted_clause and grouping_extension speak of these
            is_condition = clause in (Clause.WHERE, Clause.HAVING)
            for node in _outside(context, bare(root), grammar[clause], is_condition=is_condition):
                what = f"{shown(context.script, node)} is not supported in {clause} under {name}"
                message = f"{what} ({_taken(grammar[clause])})"
                yield from context.deny(unlisted_construct, message, source, at=node, basis=Basis.DERIVED)


def _outside(
    context: QueryContext, root: exp.Expression, allowed: frozenset[Construct], *, is_condition: bool
) -> Iterator[exp.Expression]:
    pending = [(root, is_condition)]
    while pending:
        node, as_condition = pending.pop()
        construct = construct_of(context.script, node)
        if construct is Construct.SUBQUERY:
            continue  # the check subquery speaks of these
        if construct not in allowed or (construct in CONDITIONS) is not as_condition:
            yield node
        elif construct not in _CLOSED:
            inner = construct in (Construct.LOGIC, Construct.NOT)
            pending.extend((operand, inner) for operand in reversed(_inside(node)))


def _inside(node: exp.Expression) -> list[exp.Expression]:
    if isinstance(node, exp.Is):
        return [bare(node.this)]
    return list(operands(node))


def _taken(allowed: frozenset[Construct]) -> str:
    named = (str(construct) for construct in Construct if construct in allowed and construct is not Construct.FUNCTION)
    return f"supported there: {', '.join(named)}"
