"""Arrays of BigQuery: places in them count from 0.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#unnest_operator
"""

from __future__ import annotations

from datetime import date

from sqlglot import exp

from simulator.execution.errors import NotTranslatableError
from simulator.execution.translation.templates import typed, written

_KIND = exp.DataType.Type
_MOST_ELEMENTS = 10_000
"""Of an array that is generated."""
_DAYS_OF = {"DAY": 1, "WEEK": 7}
_ELEMENT, _PLACE = "element", "place"
_NUMBERED = f"""LIST_TRANSFORM(:array, LAMBDA "x", "i" : {{'{_ELEMENT}': "x", '{_PLACE}': "i" - 1}})"""
"""An array as DuckDB has it, whose ORDINALITY cannot be joined before a plan is made."""


def offset_from_0(node: exp.Expr) -> exp.Expr | None:
    """`UNNEST(a) AS x WITH OFFSET AS o` numbers the elements from 0."""
    if not isinstance(node, exp.Unnest) or not node.args.get("offset"):
        return None
    offset, alias = node.args["offset"], node.args.get("alias")
    columns = (alias.args.get("columns") if alias is not None else None) or [exp.to_identifier(_ELEMENT, quoted=True)]
    if not isinstance(offset, exp.Identifier) or len(node.expressions) != 1 or _is_of_structs(node):
        raise NotTranslatableError(
            "this UNNEST .. WITH OFFSET cannot be run here; write UNNEST([..]) AS x WITH OFFSET AS o"
        )
    for column in (node.find_ancestor(exp.Select) or node).find_all(exp.Column):
        type_of_element(column)
    each = exp.Column(this=exp.to_identifier("each", quoted=True))
    numbered = exp.Unnest(
        expressions=[written(_NUMBERED, array=node.expressions[0]).unnest()],
        alias=exp.TableAlias(columns=[each.this.copy()]),
    )
    items = [
        exp.alias_(exp.Anonymous(this="STRUCT_EXTRACT", expressions=[each.copy(), exp.Literal.string(part)]), name)
        for part, name in ((_ELEMENT, columns[0].copy()), (_PLACE, offset.copy()))
    ]
    table = exp.TableAlias(this=alias.this.copy()) if alias is not None and alias.this is not None else None
    return exp.Subquery(this=exp.Select(expressions=items, from_=exp.From(this=numbered)), alias=table)


def text_of_an_array(node: exp.Expr) -> exp.Expr | None:
    """`ARRAY_TO_STRING(a, s)`: the engine takes no s that is computed."""
    if isinstance(node, exp.ArrayToString) and not node.expression.is_string:
        raise NotTranslatableError("ARRAY_TO_STRING with a text between that is not written out cannot be run here")
    return None


def joined_arrays(node: exp.Expr) -> exp.Expr | None:
    """`ARRAY_CONCAT(a, b)` is NULL if one of them is."""
    if not isinstance(node, exp.ArrayConcat):
        return None
    arrays = (node.this, *node.expressions)
    kinds = {_of_what(array) for array in arrays if not isinstance(array, exp.Null)}
    if len(kinds) != 1 or "unknown" in kinds or not all(array.is_type(_KIND.ARRAY, _KIND.NULL) for array in arrays):
        raise NotTranslatableError("ARRAY_CONCAT cannot be run here unless its arrays are known to be of one type")
    parts = {f"a{number}": array for number, array in enumerate(arrays)}
    known = " AND ".join(f"NOT :{name} IS NULL" for name in parts)
    joined = written(f"CASE WHEN {known} THEN {' || '.join(f':{name}' for name in parts)} END", **parts)
    joined.type = next(array.type for array in arrays if not isinstance(array, exp.Null))
    return joined


def _of_what(array: exp.Expr) -> str:
    """Return of what type the elements are, as BigQuery calls it."""
    kind = array.type.expressions[0] if array.type is not None and array.type.expressions else None
    if not isinstance(kind, exp.DataType):
        return "unknown"
    if kind.this in exp.DataType.INTEGER_TYPES:
        return "INT64"
    return "STRING" if kind.this in exp.DataType.TEXT_TYPES else kind.sql()


def generated_array(node: exp.Expr) -> exp.Expr | None:
    """`GENERATE_ARRAY(1, 5)` and `GENERATE_DATE_ARRAY` of what is written: the array itself."""
    if isinstance(node, exp.GenerateSeries):
        numbers = [_whole(node.args.get(name)) for name in ("start", "end")]
        step = 1 if node.args.get("step") is None else _whole(node.args["step"])
        if None in numbers or step is None or step == 0:
            raise NotTranslatableError("GENERATE_ARRAY of what is not written out as INT64 cannot be run here")
        first, last = (number or 0 for number in numbers)
        return _array([f"CAST({value} AS BIGINT)" for value in _stepped(first, last, step)], "BIGINT")
    if isinstance(node, exp.GenerateDateArray):
        dates = [_date(node.args.get(name)) for name in ("start", "end")]
        step = _days(node.args.get("step"))
        if None in dates or step is None or step == 0:
            raise NotTranslatableError(
                "GENERATE_DATE_ARRAY of dates that are not written out, or in steps other than DAY and WEEK, cannot be "
                "run here"
            )
        first, last = (day.toordinal() if day is not None else 0 for day in dates)
        days = [date.fromordinal(day).isoformat() for day in _stepped(first, last, step)]
        return _array([f"CAST('{day}' AS DATE)" for day in days], "DATE")
    return None


def _stepped(first: int, last: int, step: int) -> range:
    found = range(first, last + (1 if step > 0 else -1), step)
    if len(found) > _MOST_ELEMENTS:
        raise NotTranslatableError(
            f"an array of {len(found)} elements cannot be generated here; at most {_MOST_ELEMENTS}"
        )
    return found


def _array(elements: list[str], kind: str) -> exp.Expr:
    return typed(written(f"CAST([{', '.join(elements)}] AS {kind}[])").unnest(), f"{kind}[]")


def _whole(value: exp.Expr | None) -> int | None:
    """Return the whole number that is written, perhaps with its type."""
    inner = value
    while isinstance(inner, (exp.Paren, exp.Cast)):
        inner = inner.this
    if isinstance(inner, exp.Neg):
        number = _whole(inner.this)
        return None if number is None else -number
    return int(inner.name) if isinstance(inner, exp.Literal) and inner.is_int else None


def _date(value: exp.Expr | None) -> date | None:
    if not isinstance(value, exp.Cast) or not value.to.is_type(_KIND.DATE) or not value.this.is_string:
        return None
    try:
        return date.fromisoformat(value.this.name)
    except ValueError:
        return None


def _days(step: exp.Expr | None) -> int | None:
    if not isinstance(step, exp.Interval):
        return None
    number, unit = step.this, str(step.args.get("unit") or "").upper()
    text = number.name if isinstance(number, exp.Literal) else ""
    return int(text) * _DAYS_OF[unit] if text.lstrip("-").isdecimal() and unit in _DAYS_OF else None


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
