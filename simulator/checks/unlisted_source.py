"""Something in FROM that is no plain table."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import QueryContext
from simulator.checks.listed import rule_name, rule_page
from simulator.sql.resolved import Source
from simulator.verdict import Basis, Finding


def unlisted_source(context: QueryContext) -> Iterator[Finding]:
    """A FROM entry other than a table with an optional alias: VALUES, LATERAL, a table function, a sample, a pivot.

    Why: The rule's grammar reads from tables and joins of them. Rows that the asker writes into the query could be
        matched with people.
    Avoid: `SELECT SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key
        JOIN (VALUES ('EU')) AS x(r) ON v.region = x.r`
    Prefer: `SELECT SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key WHERE v.region = 'EU'`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    for select in context.script.selects:
        for source in select.sources.values():
            for what in _more_than_a_table(source):
                message = f"FROM takes tables with an optional alias under {rule_name(context)}; found {what}"
                page = rule_page(context)
                yield from context.deny(unlisted_source, message, page, at=source.node, basis=Basis.DERIVED)


def _more_than_a_table(source: Source) -> Iterator[str]:
    if source.query is not None:
        return  # subquery, common_table_expression and statement_other_than_select speak of queries
    if source.table is None or not isinstance(source.node, exp.Table):
        yield source.node.key.upper()
        return
    for name, value in source.node.args.items():
        if value and name not in ("this", "alias"):
            yield name.strip("_").upper()
    if isinstance(source.node.parent, exp.Subquery):
        yield "brackets around it"
    alias = source.node.args.get("alias")
    if alias is not None and alias.args.get("columns"):
        yield "an alias with column names"
