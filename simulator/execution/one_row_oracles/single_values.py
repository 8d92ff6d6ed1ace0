"""A query in brackets where a value stands gives NULL, not a failure, when it has several rows.

How many rows it has can depend on one row of the query around it: `(SELECT x FROM UNNEST([1, 2]) AS x WHERE id = 'a')`
would fail exactly if that row is there. The engine allows no TRY around a query.
"""

from __future__ import annotations

from sqlglot import exp

from simulator.execution.errors import NotTranslatableError

_OF_MANY_ROWS = (
    *(exp.From, exp.Join, exp.Lateral, exp.Subquery, exp.CTE, exp.SetOperation, exp.Table),
    *(exp.Exists, exp.Any, exp.All),
)
"""Parents in which a query in brackets is a relation, or compared row by row."""
_ONLY, _VALUE = "only row", "value"


def give_null_for_several_rows(tree: exp.Expr) -> exp.Expr:
    """Let each query of *tree* that is used as a value be NULL unless it has one row; the tree is changed and returned.

    `(SELECT x ...)` becomes
    `(SELECT CASE WHEN COUNT(*) = 1 THEN MIN("value") END FROM (SELECT x ...) AS "only row"("value"))`.

    Args:
        tree: A DuckDB tree.

    Raises:
        NotTranslatableError: Such a query has several columns.
    """
    for node in reversed(list(tree.find_all(exp.Subquery, bfs=False))):
        if _is_value(node):
            node.set("this", _of_one_row(node))
    return tree


def _is_value(node: exp.Subquery) -> bool:
    is_compared = isinstance(node.parent, exp.In) and node.arg_key == "query"
    return node.parent is not None and not is_compared and not isinstance(node.parent, _OF_MANY_ROWS)


def _of_one_row(node: exp.Subquery) -> exp.Select:
    inner = node.this
    columns = len(inner.selects)
    if columns != 1:
        raise NotTranslatableError(
            f"{node.sql('duckdb')} cannot be run: it is used as a value, but has {columns} columns; select one"
        )
    value = exp.column(_VALUE, _ONLY, quoted=True)
    is_one = exp.EQ(this=exp.Count(this=exp.Star()), expression=exp.Literal.number(1))
    shown = exp.Case(ifs=[exp.If(this=is_one, true=exp.Min(this=value))])
    names = exp.TableAlias(this=exp.to_identifier(_ONLY, quoted=True), columns=[exp.to_identifier(_VALUE, quoted=True)])
    return exp.Select(expressions=[shown], from_=exp.From(this=exp.Subquery(this=inner, alias=names)))
