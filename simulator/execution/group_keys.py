"""Keys of groups: equal keys must look equal, or the one that is shown tells which row came first.

GROUP BY takes -0.0 and 0.0 for one key, and all NaN, whatever their bits. An INTERVAL of a month equals one of 30 days.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.annotate_types import annotate_types

from simulator.execution.engine_plan import Plan, nodes_of, type_of
from simulator.execution.errors import NotEnforceableError
from simulator.execution.number_types import FLOATS

_KNOWN_TYPES = tuple({*exp.DataType.Type} - {exp.DataType.Type.UNKNOWN})
_LOOK_AS_THEY_COMPARE = re.compile(
    r"(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|BOOLEAN|VARCHAR|BLOB|DATE|TIME|TIMESTAMP(_S|_MS|_NS| WITH TIME ZONE)?|UUID"
    r'|DECIMAL\(\d+,\d+\)|"NULL")'
)


def canonical_key(name: str, type_name: str) -> str:
    """Return SQL for the group key column *name*, the same bits for equal keys.

    Args:
        name: An internal name of a column.
        type_name: DuckDB's name of its type.

    Raises:
        NotEnforceableError: Equal keys of the type can look different.
    """
    if type_name in FLOATS:
        special = f"WHEN isnan({name}) THEN 'nan'::{type_name} WHEN {name} = 0 THEN 0::{type_name}"
        return f"CASE {special} ELSE {name} END AS {name}"
    if _LOOK_AS_THEY_COMPARE.fullmatch(type_name):
        return name
    raise NotEnforceableError(
        f"GROUP BY has a key of type {type_name}, whose equal values can look different; "
        "group by numbers, text, dates or times"
    )


def show_one_zero(tree: exp.Expr) -> exp.Expr:
    """Let every SELECT show its keys of FLOAT and DOUBLE without the sign of zero; the tree is changed and returned.

    Under a threshold a group of many identities would otherwise show the sign of one row. Spark does the same.

    Args:
        tree: A typed query, in DuckDB's SQL. Groups stay as they are: only what is shown of a key changes.
    """
    for select in tree.find_all(exp.Select):
        keys = [key for key in _keys(select) if key.is_type(*exp.DataType.FLOAT_TYPES)]
        for part in [part for part in _parts_that_show(select) if keys and part in keys]:
            shown = _without_sign(part)
            is_item = part.parent is select and part.arg_key == "expressions"
            part.replace(exp.alias_(shown, part.alias_or_name, quoted=True) if is_item else shown)
    return tree


def refuse_signs_in_keys(plan: Plan, sql: str, schema: Mapping[str, object], dialect: str) -> None:
    """Refuse keys that can look different though they are equal.

    These are zeros in values of nested types, and where `show_one_zero` knew no type, and every INTERVAL.

    Args:
        plan: The engine's plan of the query.
        sql: The query, translated.
        schema: Column types of the internal tables, as it was translated with.
        dialect: The dialect it was written in.

    Raises:
        NotEnforceableError: There is such a key.
    """
    tree = _typed(sql, schema, dialect)
    kinds = [type_of(key) for node in nodes_of(plan) for key in node.get("groups") or ()]
    known = all(key.is_type(*_KNOWN_TYPES) for select in tree.find_all(exp.Select) for key in _keys(select))
    for kind in kinds:
        if _holds(kind, ("INTERVAL",)):
            raise NotEnforceableError(
                "GROUP BY or DISTINCT has a key of type INTERVAL, of which 30 days and one month are equal; group by a "
                "number of days"
            )
        is_nested = "type_info" in kind
        if _holds(kind, FLOATS) and (is_nested or not known):
            raise NotEnforceableError(
                f"GROUP BY or DISTINCT has a key of type {kind['id']}{' with numbers' if is_nested else ''}, whose "
                "zeros would show the sign of one row; group by CAST(... AS DECIMAL(38, 10)) of a number in it"
            )


def without_signs(value: Any) -> Any:  # noqa: ANN401 - whatever the engine answers with
    """Return a value of an answer with every zero in it, of whatever nesting, without a sign."""
    if isinstance(value, float):
        return value + 0.0
    if isinstance(value, (list, tuple)):
        return type(value)(without_signs(each) for each in value)
    if isinstance(value, dict):
        return {without_signs(name): without_signs(each) for name, each in value.items()}
    return value


def _holds(kind: Plan, wanted: tuple[str, ...]) -> bool:
    return any(node.get("id") in wanted for node in nodes_of(kind))


def _typed(sql: str, schema: Mapping[str, object], dialect: str) -> exp.Expr:
    """The query as `show_one_zero` saw it: without TRY, whose type nobody states."""
    tree = sqlglot.parse_one(sql, read="duckdb")
    for tried in reversed(list(tree.find_all(exp.Try, bfs=False))):
        tried.replace(tried.this)
    typed: exp.Expr = annotate_types(tree, schema=dict(schema), dialect=dialect)
    return typed


def _keys(select: exp.Select) -> Iterator[exp.Expr]:
    group = select.args.get("group")
    for key in group.expressions if group is not None else ():
        yield select.expressions[int(key.name) - 1].unalias() if isinstance(key, exp.Literal) and key.is_int else key


def _parts_that_show(select: exp.Select) -> Iterator[exp.Expr]:
    shown = [select.args.get(clause) for clause in ("having", "qualify", "order")]
    for root in (*select.expressions, *(clause for clause in shown if clause is not None)):
        yield from root.walk()


def _without_sign(key: exp.Expr) -> exp.Expr:
    kind = key.type
    assert kind is not None  # noqa: S101 - only keys of known types come here
    values = {"nan": exp.IsNan(this=key.copy()), "0": exp.EQ(this=key.copy(), expression=exp.Literal.number(0))}
    branches = [
        exp.If(this=condition, true=exp.TryCast(this=exp.Literal.string(value), to=kind.copy()))
        for value, condition in values.items()
    ]
    case = exp.Case(ifs=branches, default=key.copy())
    case.type = kind
    return case
