"""Walks one expression: binds its columns, hands its subqueries on, and refuses what it does not know."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from simulator.sql.binding import NOTHING, Binding, Scope, check_args
from simulator.sql.columns import bind_column
from simulator.sql.known_nodes import (
    CONSTANT,
    DATA_TYPE_PARTS,
    DATE_PARTS,
    EXTRACTED_TYPES,
    GOOGLESQL_DATE_PARTS,
    NAME_MAKERS,
    QUERIES,
    SIDE_EFFECTS,
    TABLE_READERS,
    TRANSPARENT,
    WEEKDAYS,
)
from simulator.sql.names import folded, name_of
from simulator.sql.problems import PARAMETERS_PAGE, SELECT_PAGE
from simulator.sql.resolved import Clause, Origins, Role
from simulator.verdict import Basis

_IN_ARGS = frozenset({"this", "expressions", "query", "field"})


def bind_expression(binding: Binding, root: exp.Expr, scope: Scope, clause: Clause) -> Origins:
    """Bind everything inside *root*, written in *clause*; return the origins of its value."""
    mark = len(binding.uses)
    keys = _walk(binding, root, scope, clause)
    return binding.origins_since(mark) | keys if keys else binding.origins_since(mark)


def _walk(binding: Binding, root: exp.Expr, scope: Scope, clause: Clause) -> Origins:
    """Bind the columns below *root* from left to right; return the keys of the named windows it refers to."""
    keys = NOTHING
    stack = [root]
    while stack:
        node = stack.pop()
        kind = type(node)
        if isinstance(node, exp.Column) and not isinstance(node.this, exp.Star):
            bind_column(binding, node, scope, clause)
        elif kind in CONSTANT:
            continue
        elif kind in TRANSPARENT and kind not in _SPECIAL:
            _push(stack, node)
        elif isinstance(node, QUERIES):
            binding.bind_query(binding, node, Role.SUBQUERY, "", scope, scope.tables)
        elif kind in _SPECIAL:
            keys |= _SPECIAL[kind](binding, node, scope, clause) or NOTHING
        elif isinstance(node, exp.Func) and _is_transparent(node):
            _check_unit(binding, node)
            _push(stack, node)
        else:
            binding.untraceable(f"{node.key.upper()}", node)
    return keys


def _is_transparent(function: exp.Func) -> bool:
    if isinstance(function, exp.Anonymous):
        return folded(function.name) not in NAME_MAKERS | SIDE_EFFECTS
    return not isinstance(function, TABLE_READERS)


def _push(stack: list[exp.Expr], node: exp.Expr) -> None:
    # Backwards, so that the leftmost part comes off the stack first.
    for value in reversed(node.args.values()):
        if isinstance(value, exp.Expr):
            stack.append(value)
        elif isinstance(value, list):
            stack.extend(item for item in reversed(value) if isinstance(item, exp.Expr))


def _each(binding: Binding, parts: list[exp.Expr | None], scope: Scope, clause: Clause) -> Origins:
    keys = NOTHING
    for part in parts:
        if isinstance(part, exp.Expr):
            keys |= _walk(binding, part, scope, clause)
    return keys


def _alias(binding: Binding, node: exp.Expr, scope: Scope, clause: Clause) -> Origins:
    if isinstance(node.parent, (exp.Paren, exp.Group, exp.Ordered)):  # `(camp AS x)`: the brackets of a key are gone
        binding.untraceable("an alias in brackets", node)
    return _walk(binding, node.this, scope, clause)


def _in(binding: Binding, node: exp.Expr, scope: Scope, clause: Clause) -> Origins:
    check_args(binding, node, _IN_ARGS)
    return _each(binding, [node.this, *node.expressions, node.args.get("query"), node.args.get("field")], scope, clause)


def _count(binding: Binding, node: exp.Expr, scope: Scope, clause: Clause) -> Origins:
    if isinstance(node.this, exp.Star) and not (node.this.args.get("except_") or node.expressions):
        return NOTHING  # COUNT(*) counts rows: no column's value flows into it
    return _each(binding, [node.this, *node.expressions], scope, clause)


def _dot(binding: Binding, node: exp.Expr, scope: Scope, clause: Clause) -> Origins:
    if not isinstance(node.expression, exp.Identifier):
        binding.untraceable("a function or field chosen by an expression after '.'", node)
    return _walk(binding, node.this, scope, clause)


def _property(binding: Binding, node: exp.Expr, scope: Scope, clause: Clause) -> Origins:
    if not isinstance(node.this, exp.Identifier):
        binding.untraceable("a struct field whose name is not a word", node)
    return _walk(binding, node.expression, scope, clause)


def _lambda(binding: Binding, node: exp.Expr, scope: Scope, clause: Clause) -> Origins:
    variables = [name_of(variable) for variable in node.expressions]
    check_args(binding, node, frozenset({"this", "expressions"}))
    scope.lambdas.extend(variables)
    keys = _walk(binding, node.this, scope, clause)
    del scope.lambdas[len(scope.lambdas) - len(variables) :]
    return keys


def _identifier(binding: Binding, node: exp.Expr, scope: Scope, _clause: Clause) -> Origins:
    # sqlglot writes lambda variables as bare identifiers; any other bare identifier would be a column gone missing.
    if name_of(node) not in scope.lambdas:
        binding.untraceable(f"the word '{node.name}'", node)
    return NOTHING


def _date_parts(binding: Binding) -> frozenset[str]:
    return GOOGLESQL_DATE_PARTS if binding.is_bigquery else DATE_PARTS


def _check_unit(binding: Binding, node: exp.Expr) -> None:
    # TRUNC(d, email) arrives with the unit 'EMAIL': only a real unit is known not to be a column gone missing.
    unit = node.args.get("unit")
    if type(unit) is exp.Literal and unit.name.upper() not in _date_parts(binding):
        binding.untraceable(f"'{unit.name}' where a unit of time is expected", node)


def _word(binding: Binding, node: exp.Expr, _scope: Scope, _clause: Clause) -> Origins:
    allowed = _date_parts(binding)
    if isinstance(node.parent, exp.WeekStart):
        allowed = WEEKDAYS
    elif isinstance(node.parent, exp.Extract) and binding.is_bigquery:
        allowed |= EXTRACTED_TYPES
    if node.name.upper() not in allowed:
        binding.untraceable(f"the word '{node.name}' where a unit of time is expected", node)
    return NOTHING


def _data_type(binding: Binding, node: exp.Expr, _scope: Scope, _clause: Clause) -> Origins:
    for part in node.walk():
        if type(part) not in DATA_TYPE_PARTS:
            binding.untraceable(f"{part.key.upper()} in a type", node)
    return NOTHING


def _order(binding: Binding, node: exp.Expr, scope: Scope, clause: Clause) -> Origins:
    # LISTAGG(x) WITHIN GROUP (ORDER BY y) arrives as if it were written inside the brackets.
    inside = isinstance(node.parent, exp.Func) and not isinstance(node.parent, exp.GroupConcat)
    if inside and not binding.is_bigquery:
        message = (
            "not valid SQL: ORDER BY inside the brackets of a function; it stands in OVER (...) or WITHIN GROUP (...)"
        )
        binding.report("syntax_error", message, SELECT_PAGE, node.parent, Basis.DERIVED)
    return _each(binding, [node.args.get("this"), *node.expressions], scope, clause)


def _window(binding: Binding, node: exp.Expr, scope: Scope, clause: Clause) -> Origins:
    check_args(binding, node, frozenset({"this", "partition_by", "order", "spec", "alias", "over"}))
    parts = [node.this, *(node.args.get("partition_by") or ()), node.args.get("order"), node.args.get("spec")]
    keys = _each(binding, parts, scope, clause)
    if node.args.get("alias") is None:
        return keys
    name = name_of(node.args["alias"])
    if name not in scope.windows:
        binding.untraceable(f"window '{name}', which no WINDOW clause defines,", node)
        return keys
    binding.script.windows_by_node[id(node)] = scope.windows[name]
    return keys | scope.windows[name]


def _parameter(binding: Binding, node: exp.Expr, _scope: Scope, _clause: Clause) -> Origins:
    request = binding.request
    if not isinstance(node.this, str) or node.args.get("widget") or node.args.get("jdbc"):
        binding.untraceable("a placeholder that is not ':name'", node)
    elif request.template_arn is None:
        message = f"':{node.this}' is a template parameter, but this query is not an analysis template; write a literal"
        binding.report("unknown_parameter", message, PARAMETERS_PAGE, node)
    elif folded(node.this) not in {folded(name) for name in request.parameters}:
        listed = ", ".join(f"':{name}'" for name in request.parameters) or "none"
        message = f"parameter ':{node.this}' is not declared (declared: {listed})"
        binding.report("unknown_parameter", message, PARAMETERS_PAGE, node)
    return NOTHING


def _star(binding: Binding, node: exp.Expr, _scope: Scope, _clause: Clause) -> Origins:
    binding.untraceable("'*' inside an expression", node)
    return NOTHING


_SPECIAL: dict[type[exp.Expr], Callable[[Binding, exp.Expr, Scope, Clause], Origins]] = {
    exp.Alias: _alias,
    exp.In: _in,
    exp.Count: _count,
    exp.Dot: _dot,
    exp.PropertyEQ: _property,
    exp.Lambda: _lambda,
    exp.Identifier: _identifier,
    exp.Order: _order,
    exp.Var: _word,
    exp.DataType: _data_type,
    exp.Window: _window,
    exp.Placeholder: _parameter,
    exp.Star: _star,
    exp.Column: _star,
}
