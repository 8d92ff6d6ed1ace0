"""A GROUP BY or ORDER BY key that the engine cannot take."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import SQL_REFERENCE, QueryContext
from simulator.sql.constructs import bare
from simulator.sql.resolved import Select
from simulator.sql.tracing import parts
from simulator.sql.written import shown
from simulator.verdict import Basis, Finding

_PAGE = f"{SQL_REFERENCE}/sql-commands-select-spark.html"
_HOLDERS = (exp.Cube, exp.Rollup, exp.GroupingSets, exp.Tuple)


def impossible_key(context: QueryContext) -> Iterator[Finding]:
    """GROUP BY an aggregate or window function, and the position of an item that the select list does not have.

    Why: the engine refuses both, by position and by alias too: groups have to be known before they are aggregated.
    Avoid: SELECT COUNT(*) FROM imps GROUP BY 1   Prefer: SELECT COUNT(*) FROM imps
    Source: https://docs.aws.amazon.com/clean-rooms/latest/sql-reference/sql-commands-select-spark.html
    """
    for select in context.script.selects:
        for key in _group_keys(select):
            target = _item(context, select, key)
            if target is None:
                yield from _denied(context, f"GROUP BY {key.name} names no item of the select list", key)
            elif _is_computed_from_groups(select, target):
                written = shown(context.script, key)
                message = f"GROUP BY {written} is an aggregate or window function; group by columns or expressions"
                yield from _denied(context, message, key)
        order = select.node.args.get("order")
        for ordered in order.expressions if order is not None else ():
            if _item(context, select, ordered.this) is None:
                message = f"ORDER BY {ordered.this.name} names no item of the select list"
                yield from _denied(context, message, ordered.this)


def _group_keys(select: Select) -> Iterator[exp.Expression]:
    group = select.node.args.get("group")
    pending = list(group.iter_expressions()) if group is not None else []
    while pending:
        key = bare(pending.pop(0))
        if isinstance(key, _HOLDERS):
            pending = [*key.iter_expressions(), *pending]
        else:
            yield key


def _item(context: QueryContext, select: Select, key: exp.Expression) -> exp.Expression | None:
    """Return what *key* stands for: the item whose position or alias it is, or itself; None without such an item."""
    if isinstance(key, exp.Literal) and key.is_int:
        position = int(key.name)
        return select.projections[position - 1].node if 0 < position <= len(select.projections) else None
    use = context.script.use(key) if isinstance(key, exp.Column) else None
    return use.projection.node if use is not None and use.projection is not None else key


def _is_computed_from_groups(select: Select, target: exp.Expression) -> bool:
    return any(call.parent_select is select.node for call in parts(target, exp.AggFunc, exp.Window))


def _denied(context: QueryContext, message: str, key: exp.Expression) -> Iterator[Finding]:
    yield from context.deny(impossible_key, message, _PAGE, at=key, basis=Basis.DERIVED)
