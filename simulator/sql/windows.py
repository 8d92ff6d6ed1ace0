"""Window functions, and named windows: `SUM(x) OVER w ... WINDOW w AS (PARTITION BY y)`."""

from __future__ import annotations

from sqlglot import exp

_PARTS = ("partition_by", "order", "spec")
_AROUND_CALLS = (exp.IgnoreNulls, exp.RespectNulls, exp.Filter, exp.WithinGroup)


def whole_call(node: exp.Expr) -> exp.Expr:
    """Return the function call *node* with what is written behind it: IGNORE NULLS, FILTER, WITHIN GROUP."""
    while isinstance(node.parent, _AROUND_CALLS) and node.arg_key == "this":
        node = node.parent
    return node


def is_windowed(node: exp.Expr) -> bool:
    """Tell whether *node* is the function of an OVER clause."""
    whole = whole_call(node)
    return isinstance(whole.parent, exp.Window) and whole.arg_key == "this"


def spelled_out(select: exp.Expr, window: exp.Expr) -> exp.Expr:
    """Return *window* with all that it takes from the windows that its SELECT names, and without their names.

    Args:
        select: The SELECT whose WINDOW clause names windows; not changed.
        window: An OVER (...) in it; not changed. A name that nothing stands for stays.
    """
    known: dict[str, exp.Expr] = {}
    for named in select.args.get("windows") or ():
        known.setdefault(named.name.lower(), _with_parts(named, known))
    return _with_parts(window, known)


def partition_of(select: exp.Expr, window: exp.Expr) -> list[exp.Expr]:
    """Return the PARTITION BY of a window of *select*, its own or that of the window that it names; the very nodes."""
    named = {each.name.lower(): each for each in reversed(select.args.get("windows") or ())}
    found: exp.Expr | None = window
    while found is not None and not found.args.get("partition_by"):
        name = found.args.get("alias")
        found = named.pop(name.name.lower(), None) if name is not None else None
    return list(found.args["partition_by"]) if found is not None else []


def _with_parts(window: exp.Expr, known: dict[str, exp.Expr]) -> exp.Expr:
    name = window.args.get("alias")
    named = known.get(name.name.lower()) if name is not None else None
    if named is None:
        return window
    whole = window.copy()
    whole.set("alias", None)
    for part in _PARTS:
        if not whole.args.get(part) and named.args.get(part):
            found = named.args[part]
            whole.set(part, [each.copy() for each in found] if isinstance(found, list) else found.copy())
    return whole
