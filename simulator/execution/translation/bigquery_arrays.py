"""Arrays of BigQuery: places in them count from 0.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#unnest_operator
"""

from __future__ import annotations

from sqlglot import exp

from simulator.execution.errors import NotTranslatableError

_PLACE = "place from 1"


def offset_from_0(node: exp.Expr) -> exp.Expr | None:
    """`UNNEST(a) AS x WITH OFFSET AS o` numbers the elements from 0; DuckDB's ORDINALITY numbers them from 1."""
    if not isinstance(node, exp.Unnest) or not node.args.get("offset"):
        return None
    offset, alias = node.args["offset"], node.args.get("alias")
    if offset.name == _PLACE:
        return None
    columns = alias.args.get("columns") if alias is not None else None
    if alias is None or not columns or not isinstance(offset, exp.Identifier) or _is_of_structs(node):
        raise NotTranslatableError(
            "this UNNEST .. WITH OFFSET cannot be run here; write UNNEST([..]) AS x WITH OFFSET AS o"
        )
    for column in (node.find_ancestor(exp.Select) or node).find_all(exp.Column):
        type_of_element(column)
    numbered = node.copy()
    numbered.set("offset", exp.to_identifier(_PLACE, quoted=True))
    numbered.set("alias", exp.TableAlias(columns=[columns[0].copy()]))
    place = exp.Sub(this=exp.column(_PLACE, quoted=True), expression=exp.Literal.number(1))
    items = [exp.Column(this=columns[0].copy()), exp.alias_(place, offset.copy())]
    table = exp.TableAlias(this=alias.this.copy()) if alias.this is not None else None
    return exp.Subquery(this=exp.Select(expressions=items, from_=exp.From(this=numbered)), alias=table)


def type_of_element(node: exp.Expr) -> exp.Expr | None:
    """`CAST(x AS INT64) FROM UNNEST(['1']) AS x`: the type of x, which the parser does not find out."""
    if not isinstance(node, exp.Column) or not node.is_type(exp.DataType.Type.UNKNOWN):
        return None
    select = node.find_ancestor(exp.Select)
    arrays = (
        []
        if select is None
        else [part.this for part in (select.args.get("from_"), *select.args.get("joins", ())) if part]
    )
    kinds = [_element(array) for array in arrays if isinstance(array, exp.Unnest) and _names(array, node)]
    if len(kinds) == 1 and kinds[0] is not None:
        node.type = kinds[0]
    if any(isinstance(array, exp.Unnest) and _is_place(array, node) for array in arrays):
        node.type = exp.DataType.build("BIGINT")
    return None


def _is_place(array: exp.Unnest, column: exp.Column) -> bool:
    offset = array.args.get("offset")
    return not column.table and isinstance(offset, exp.Identifier) and offset.name.lower() == column.name.lower()


def _names(array: exp.Unnest, column: exp.Column) -> bool:
    names = [name.name.lower() for name in array.args["alias"].columns] if array.args.get("alias") else []
    return not column.table and names[:1] == [column.name.lower()]


def _element(array: exp.Unnest) -> exp.DataType | None:
    kind = array.expressions[0].type
    element = kind.expressions[0] if kind is not None and kind.expressions else None
    return element if isinstance(element, exp.DataType) else None


def _is_of_structs(node: exp.Unnest) -> bool:
    kinds = [array.type for array in node.expressions if array.type is not None]
    return any(part.this is exp.DataType.Type.STRUCT for kind in kinds for part in kind.find_all(exp.DataType))
