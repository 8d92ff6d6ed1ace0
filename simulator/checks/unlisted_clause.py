"""A clause of SELECT that the rule's grammar does not have."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp
from sqlglot.tokenizer_core import Token

from simulator.checks.context import QueryContext
from simulator.checks.listed import is_list_query, rule_name, rule_page
from simulator.sql.problems import span_between
from simulator.sql.resolved import Select
from simulator.sql.spelling import mentions, words_of
from simulator.verdict import Basis, Finding

_AGGREGATION = frozenset({"expressions", "distinct", "from_", "joins", "where", "group", "having", "order"})
_LIST = frozenset({"expressions", "distinct", "from_", "joins", "where", "limit"})
_SEPARATE = frozenset({"with_"})
_WRITTEN = {
    "group": "GROUP BY",
    "order": "ORDER BY",
    "hint": "a hint",
    "windows": "WINDOW",
    "sample": "TABLESAMPLE",
    "laterals": "LATERAL VIEW",
    "pivots": "PIVOT",
    "locks": "FOR UPDATE",
    "distribute": "DISTRIBUTE BY",
    "sort": "SORT BY",
    "cluster": "CLUSTER BY",
    "connect": "CONNECT BY",
    "kind": "SELECT AS",
    "operation_modifiers": "a SELECT modifier",
}


def unlisted_clause(context: QueryContext) -> Iterator[Finding]:
    """A clause outside the rule's grammar: LIMIT, OFFSET, TOP, WINDOW, QUALIFY, a hint, DISTINCT ON and others.

    Why: A query must have the form that the rule's grammar shows, and no clause beside it.
    Avoid: `SELECT v.region, SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key
        GROUP BY v.region LIMIT 10`
    Prefer: `SELECT v.region, SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key
        GROUP BY v.region`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    name, source = rule_name(context), rule_page(context)
    allowed = _LIST if is_list_query(context) else _AGGREGATION
    tops = _tops(context)
    for clause, node in _around_brackets(context):
        message = f"{clause} around a SELECT in brackets is not supported under {name}"
        yield from context.deny(unlisted_clause, message, source, at=node, basis=Basis.DERIVED)
    for select in context.script.selects:
        for clause, node in _other_clauses(select, allowed):
            if clause == "LIMIT" and tops:
                continue
            message = f"{clause} is not supported under {name}"
            yield from context.deny(unlisted_clause, message, source, at=node, basis=Basis.DOCUMENTED)
        if select.node.args.get("limit") is not None:
            for _, top in tops:
                at = span_between(context.script.sql, top.start, top.end)
                message = f"TOP is not supported under {name}"
                yield from context.deny(unlisted_clause, message, source, at=at)


def _around_brackets(context: QueryContext) -> Iterator[tuple[str, exp.Expression]]:
    for statement in context.script.statements:
        node: exp.Expression = statement
        while isinstance(node, exp.Subquery):
            for key, value in node.args.items():
                if value and key != "this":
                    yield (
                        _WRITTEN.get(key, key.strip("_").upper()),
                        value if isinstance(value, exp.Expression) else node,
                    )
            node = node.this


def _tops(context: QueryContext) -> list[tuple[Token, Token]]:
    if not mentions(context.script, "TOP"):
        return []
    words = words_of(context.script)
    return [place for before in ("SELECT", "DISTINCT", "ALL") for place in words.sequences(before, "TOP")]


def _other_clauses(select: Select, allowed: frozenset[str]) -> Iterator[tuple[str, exp.Expression]]:
    for key, value in select.node.args.items():
        if not value or key in allowed or key in _SEPARATE:
            continue
        node = value[0] if isinstance(value, list) else value
        yield _WRITTEN.get(key, key.strip("_").upper()), node if isinstance(node, exp.Expression) else select.node
    distinct = select.node.args.get("distinct")
    if isinstance(distinct, exp.Distinct) and distinct.args.get("on") is not None:
        yield "DISTINCT ON", distinct
