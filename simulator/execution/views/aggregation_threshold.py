"""An aggregation threshold, written into the query: HAVING COUNT(DISTINCT unit) >= threshold.

All rows of a group that reaches it are aggregated exactly, those with a NULL unit included; NULL is not counted.

Source: GoogleSQL, analyzer/rewriters/anonymization_helper.cc; query-syntax#agg_threshold_clause.
"""

from __future__ import annotations

from sqlglot import exp


def enforce_threshold(node: exp.Select, unit: exp.Expr, threshold: int) -> None:
    """Remove the groups of *node* (its only row without GROUP BY) that have fewer than *threshold* privacy units.

    Args:
        node: The SELECT with the clause, in a working copy; it is changed.
        unit: The privacy unit of a row.
        threshold: Minimum number of distinct units; >= 1.
    """
    counted = exp.Count(this=exp.Distinct(expressions=[unit]))
    enough: exp.Expr = exp.GTE(this=counted, expression=exp.Literal.number(threshold))
    having = node.args.get("having")
    if having is not None:
        enough = exp.And(this=exp.paren(having.this, copy=False), expression=enough)
    node.set("having", exp.Having(this=enough))
