"""Values that are equal must look equal, or what a query makes of them tells which row the engine came across first.

-0.0 equals 0.0, and all NaN are equal, whatever their bits; an INTERVAL of a month equals one of 30 days. DISTINCT,
MIN, a key of GROUP BY, a set operation and many others keep one of the equal values, and one row more elsewhere lets
them keep another one, for all users at once. Where one is chosen cannot be listed; where a difference is seen, it can:

* signs of zeros, and bits of NaN, are hidden from all that feels them: `hide_signs` writes a number that looks like its
  equals in its place, and where neither it nor the user has, `refuse_unlike_looks` finds it in the engine's plan;
* a value of another type whose equal values look different is not handed from one operator to the next.
"""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from simulator.execution.engines.engine_plan import BoundPlan, Plan, function_name, nodes_of, type_of
from simulator.execution.engines.number_types import DIGITS, FLOATS
from simulator.execution.errors import NotEnforceableError
from simulator.execution.one_row_oracles.functions import AGGREGATE, DRAW_AT_RANDOM, WINDOW

_FEEL_ZEROS = (exp.Div, exp.Atan2, exp.Pow, exp.Cot)
"""Give another number for -0.0 than for 0.0, but the same for all NaN."""
_FELT_PARTS: dict[type[exp.Expr], tuple[str, ...]] = {exp.Div: ("expression",), exp.Pow: ("this",)}
"""Operands that are felt, where not all are."""
_PASS_ON = (
    *(
        exp.AggFunc,
        exp.Try,
        exp.Connector,
        exp.Not,
        exp.Case,
        exp.If,
        exp.Coalesce,
        exp.Nullif,
        exp.Greatest,
        exp.Least,
    ),
    *(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Between, exp.In, exp.Is),
    *(exp.Add, exp.Sub, exp.Mul, exp.Mod, exp.IntDiv, exp.Array, exp.Struct, exp.PropertyEQ, exp.Abs, exp.Ceil),
    *(exp.Floor, exp.Round, exp.Trunc, exp.Sqrt, exp.Cbrt, exp.Exp, exp.Ln, exp.Log, exp.Sign, exp.Sin, exp.Tan),
    *(exp.Asin, exp.Atan, exp.Sinh, exp.Tanh, exp.Cos, exp.Cosh, exp.Degrees, exp.Radians, exp.IsNan, exp.Dot),
)
"""Give numbers that are equal for equal numbers, or truth."""
_PASS_ON_BY_NAME = frozenset({"TRUNC", "QUANTILE_CONT", "QUANTILE_DISC", "ROUND_EVEN"})

_BLIND = (AGGREGATE | WINDOW | DRAW_AT_RANDOM) - {"string_agg", "listagg"} | {
    *("=", "!=", "<", "<=", ">", ">=", "IS DISTINCT FROM", "IS NOT DISTINCT FROM", "+", "-", "*", "//", "%"),
    *("abs", "acos", "acosh", "asin", "asinh", "atan", "atanh", "cbrt", "ceil", "cos", "cosh", "degrees", "exp"),
    *("floor", "greatest", "isinf", "isnan", "least", "ln", "log", "radians", "round", "round_even", "sign", "sin"),
    *("sinh", "sqrt", "tan", "tanh", "trunc", "nullif"),
    *("row", "struct_pack", "struct_extract", "list_value", "list_transform", "list_filter", "array_extract"),
    *("array_contains", "array_intersect", "array_length", "array_position", "array_reverse", "array_slice"),
    *("cardinality", "flatten", "len", "length", "list_count", "list_distinct", "list_extract"),
    *("list_max", "list_min", "list_position", "list_slice", "list_sort", "map_extract_value", "unnest"),
    *("make_timestamp", "to_milliseconds", "to_seconds", "to_timestamp"),
}
"""The engine's functions that give equal values for equal values; a cast does between types of numbers."""
_FELT_ARGUMENTS = {"/": (1,), "power": (0,)}
"""The same in the engine's plan."""
_HOLD_VALUES = frozenset({"LIST", "ARRAY", "STRUCT", "MAP"})
_NUMBERS = frozenset({*DIGITS, *FLOATS, "DECIMAL", "NULL"})
_LOOK_AS_THEY_COMPARE = (
    frozenset({"VARCHAR", "BLOB", "DATE", "TIME", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "UUID"})
    | {"TIMESTAMP WITH TIME ZONE", "TIMESTAMP_TZ", "ENUM"}
    | _NUMBERS
    | _HOLD_VALUES
)
"""The engine's types whose equal values look equal, once signs are hidden."""
_SIGNED_NAN = "-nan"
"""What the engine writes for a NaN whose sign is set."""
_REFERENCES = ("BOUND_REF", "BOUND_COLUMN_REF")
_CALLS = ("BOUND_FUNCTION", "BOUND_AGGREGATE", "BOUND_WINDOW")


def hide_signs(tree: exp.Expr) -> exp.Expr:
    """Give what feels the sign of a zero, or the bits of a NaN, a number without; the tree is changed and returned.

    Args:
        tree: A typed query, in DuckDB's SQL. Where no type is known, the engine's plan is asked.
    """
    for node in reversed(list(tree.walk(bfs=False))):
        if not isinstance(node, (exp.Func, exp.Binary)) or isinstance(node, exp.Query) or _passes_on(node):
            continue
        names = _FELT_PARTS.get(type(node))
        values = [node.args[name] for name in names] if names else list(node.iter_expressions())
        for value in values:
            if value.is_type(*exp.DataType.FLOAT_TYPES) and not isinstance(value, exp.Literal):
                value.replace(_positive_zero(value) if isinstance(node, _FEEL_ZEROS) else _looking_equal(value))
    return tree


def refuse_unlike_looks(plan: BoundPlan) -> None:
    """Refuse what could tell equal values apart.

    Args:
        plan: The engine's plan of the query; see `bound_plan`.

    Raises:
        NotEnforceableError: A function feels the sign of a number, or a column has a type of which equal values look
            different.
    """
    guarded = {id(text) for node in plan.nodes() if (text := _guarded_text(node)) is not None}
    for node in plan.nodes():
        kind = node.get("return_type", {})
        if node.get("expression_class") in _REFERENCES and not _holds_only(kind, _LOOK_AS_THEY_COMPARE):
            raise NotEnforceableError(
                f"a key, a folded value or a column of a nested query is of type {kind['id']}, whose equal values can "
                "look different, as one month and 30 days do; hand on a number, a text or a date"
            )
        if id(node) in guarded:
            continue
        if node.get("expression_class") in _CALLS and any(not _hides_signs(node, value) for value in _felt(node)):
            name = "CAST" if _is_cast(node) else function_name(node).upper()
            raise NotEnforceableError(
                f"{name} would show the sign of a zero, which may be that of one row; apply it to CAST(... AS DOUBLE) "
                "or to CAST(... AS DECIMAL(38, 10)) of the number"
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


def _passes_on(node: exp.Expr) -> bool:
    if isinstance(node, exp.Cast):
        return node.to.is_type(*exp.DataType.NUMERIC_TYPES, exp.DataType.Type.BOOLEAN)
    if isinstance(node, exp.Anonymous):
        return node.name.upper() in _PASS_ON_BY_NAME
    return isinstance(node, _PASS_ON) and not isinstance(node, exp.GroupConcat)


def _positive_zero(value: exp.Expr) -> exp.Expr:
    shown = exp.paren(exp.Add(this=exp.paren(value.copy()), expression=exp.Literal.number(0)))
    shown.type = shown.this.type = value.type
    return shown


def _looking_equal(value: exp.Expr) -> exp.Expr:
    """`TRY_CAST(REPLACE(CAST(x + 0 AS TEXT), '-nan', 'nan') AS DOUBLE)`: -0.0 + 0 is 0.0, but a NaN keeps its bits.

    The engine writes as many digits as it needs to read the same number again. *value* is written once: a guard that
    repeated it would double the text with each one nested in another.
    """
    kind = exp.DataType.build("FLOAT" if value.is_type(exp.DataType.Type.FLOAT) else "DOUBLE")
    text = exp.Cast(this=_positive_zero(value), to=exp.DataType.build("TEXT"))
    bare = exp.Replace(
        this=text, expression=exp.Literal.string(_SIGNED_NAN), replacement=exp.Literal.string(_SIGNED_NAN[1:])
    )
    shown = exp.TryCast(this=bare, to=kind)
    text.type = bare.type = text.to.copy()
    shown.type = kind
    return shown


def _holds_only(kind: Plan, allowed: frozenset[str]) -> bool:
    return all(node.get("id", "NULL") in allowed and not node.get("collation") for node in nodes_of(kind))


def _is_cast(node: Plan) -> bool:
    return node.get("type") == "OPERATOR_CAST"


def _felt(node: Plan) -> list[Plan]:
    """The arguments with numbers of a call that would tell equal ones apart."""
    name, values = function_name(node), node.get("children") or []
    if _is_cast(node):
        is_blind = _holds_only(node["return_type"], _NUMBERS | _HOLD_VALUES)
    elif name == "list_aggr":
        is_blind = str(values[1].get("value", {}).get("value")) != "string_agg"
    else:
        is_blind = name in _BLIND
    felt = () if is_blind else _FELT_ARGUMENTS.get(name, range(len(values)))
    return [
        values[place] for place in felt if any(each.get("id") in FLOATS for each in nodes_of(type_of(values[place])))
    ]


def _hides_signs(node: Plan, value: Plan) -> bool:
    """Tell whether the argument *value* of a call looks like all that equal it, as far as the call can tell."""
    if function_name(node) in ("/", "power", "atan2", "cot"):
        return _is_positive_zero(value)
    return _looks_equal(value)


def _looks_equal(value: Plan) -> bool:
    """Tell whether *value* is written, of exact numbers, or `_looking_equal`."""
    return _is_exact(value) or (_is_cast(value) and _guarded_text(_tried(value["children"][0])) is not None)


def _guarded_text(value: Plan) -> Plan | None:
    """Return the cast to text within the text of `_looking_equal`, or None if *value* is something else."""
    if function_name(value) != "replace" or not all(map(_is_written, value["children"][1:])):
        return None
    text, *words = value["children"]
    shown = [_uncast(word)["value"].get("value") for word in words]
    is_guard = shown == [_SIGNED_NAN, _SIGNED_NAN[1:]] and _is_cast(text) and _is_positive_zero(text["children"][0])
    return text if is_guard else None


def _is_positive_zero(value: Plan) -> bool:
    """Tell whether *value* cannot be -0.0: it is written or exact, or 0 is added to it."""
    value = _uncast(value)
    if value.get("type") == "CASE_EXPR":
        return all(map(_is_positive_zero, (*(each["then_expr"] for each in value["case_checks"]), value["else_expr"])))
    if function_name(value) == "+" and len(value["children"]) == 2:  # noqa: PLR2004 - of two operands
        zero = _uncast(value["children"][1])
        return _is_written(zero) and str(zero["value"].get("value")) in ("0", "0.0")
    return _is_exact(value)


def _uncast(value: Plan) -> Plan:
    """Return what is inside TRY, and inside casts between types of numbers."""
    while _is_cast_of_number(value := _tried(value)):
        (value,) = value["children"]
    return value


def _tried(value: Plan) -> Plan:
    """Return what is inside TRY."""
    while value.get("type") == "OPERATOR_TRY":
        (value,) = value["children"]
    return value


def _is_cast_of_number(value: Plan) -> bool:
    return _is_cast(value) and {type_of(value)["id"], type_of(value["children"][0])["id"]} <= _NUMBERS


def _is_exact(value: Plan) -> bool:
    """Tell whether *value* is written, or a number of a type that has one zero; as such or as FLOAT or DOUBLE."""
    value = _uncast(value)
    return _is_written(value) or type_of(value)["id"] in _NUMBERS - {*FLOATS}


def _is_written(value: Plan) -> bool:
    while _is_cast(value):
        (value,) = value["children"]
    return value.get("type") == "VALUE_CONSTANT"
