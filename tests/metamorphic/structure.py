"""Other structures of the same query, made on its bound tree: aliases, wrappings, order of operands, brackets.

Each rewriting changes the trees of a script in place; `rewritten` makes text of them again.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from sqlglot import exp

from simulator.request import AnalysisRequest, TableKind
from simulator.sql.grouping import is_key
from simulator.sql.names import name_of
from simulator.sql.resolved import Role, Script, Select, Source
from simulator.sql.resolving import resolve_script

Rewriting = Callable[[Script, Random], None]
"""Changes the trees of a script; what it chooses, it chooses by the given source of chance."""


def rewritten(request: AnalysisRequest, rewriting: Rewriting | None, seed: int = 0) -> str | None:
    """Return the text of *request* after *rewriting*; None when it does not parse or cannot be written again."""
    script = resolve_script(request)
    if script.problems:
        return None
    if rewriting is not None:
        rewriting(script, Random(seed))  # noqa: S311 - it shuffles text and keeps no secret
    return ";\n".join(statement.sql(dialect=script.dialect) for statement in script.statements)


def renamed_tables(script: Script, chance: Random) -> None:
    """Give every FROM entry a new alias, and every column that alias where it may have one."""
    aliases: dict[int, str] = {}
    for select in script.selects:
        for source in select.sources.values():
            if isinstance(source.node, (exp.Table, exp.Subquery)) and isinstance(source.node.this, exp.Expression):
                aliases[id(source)] = f"r{len(aliases)}_{chance.randrange(100)}"
    for select in script.selects:
        merged = {name for join in select.joins for name in join.using}
        for use in select.uses:
            _point(use.node, use.source, aliases, merged)
    for select in script.selects:
        for source in select.sources.values():
            if id(source) in aliases:
                _rename(source.node, aliases[id(source)])


def _point(node: exp.Expression, source: Source | None, aliases: dict[int, str], merged: set[str]) -> None:
    if not isinstance(node, exp.Column) or source is None or id(source) not in aliases:
        return
    parts = [name_of(part) for part in node.parts]
    has_table = len(parts) > 1 and parts[0] == source.alias
    if len(parts) > 2 or (len(parts) > 1 and not has_table):  # a field of a struct
        return
    if has_table or (not isinstance(node.this, exp.Star) and parts[-1] not in merged):
        node.set("table", exp.to_identifier(aliases[id(source)]))


def _rename(node: exp.Expression, alias: str) -> None:
    known = node.args.get("alias")
    columns = known.args.get("columns") if isinstance(known, exp.TableAlias) else None
    node.set("alias", exp.TableAlias(this=exp.to_identifier(alias), columns=columns))


def renamed_ctes(script: Script, chance: Random) -> None:
    """Give every CTE and cached table a new name."""
    names = {id(query): f"Q{chance.randrange(100)}_{index}" for index, query in enumerate(script.queries)}
    for select in script.selects:
        for source in select.sources.values():
            query = source.query
            if isinstance(source.node, exp.Table) and query is not None:
                if source.node.args.get("alias") is None:
                    source.node.set("alias", exp.TableAlias(this=source.node.this.copy()))
                source.node.set("this", exp.to_identifier(names[id(query)]))
    for query in script.queries:
        holder = query.node.find_ancestor(exp.CTE, exp.Cache)
        if query.role is Role.CTE and isinstance(holder, exp.CTE):
            holder.args["alias"].set("this", exp.to_identifier(names[id(query)]))
        elif query.role is Role.CACHED and isinstance(holder, exp.Cache):
            holder.this.set("this", exp.to_identifier(names[id(query)]))


def derived_tables(script: Script, _chance: Random) -> None:
    """Put `(SELECT * FROM t)` in the place of every base table t."""
    for source in _base_tables(script):
        name = source.node.this.copy()
        alias = exp.to_identifier(source.alias, quoted=True)
        inner = exp.select("*").from_(exp.Table(this=name))
        source.node.replace(exp.Subquery(this=inner, alias=exp.TableAlias(this=alias), **_joined(source.node)))


def common_tables(script: Script, _chance: Random) -> None:
    """Read every base table t through a CTE `SELECT * FROM t` of its statement."""
    for number, source in enumerate(_base_tables(script)):
        select = source.node.find_ancestor(exp.Select)
        top = source.node.root()
        holder = top.expression if isinstance(top, exp.Cache) else top
        if select is None or not isinstance(holder, (exp.Select, exp.SetOperation)):
            continue
        body = exp.select("*").from_(exp.Table(this=source.node.this.copy()))
        name = exp.to_identifier(f"base_{number}")
        source.node.set("alias", exp.TableAlias(this=exp.to_identifier(source.alias, quoted=True)))
        source.node.set("this", name)
        clause = holder.args.get("with_") or exp.With(expressions=[])
        own = exp.CTE(this=body, alias=exp.TableAlias(this=name.copy()))
        clause.set("expressions", [own, *clause.expressions])
        holder.set("with_", clause)


def _base_tables(script: Script) -> list[Source]:
    # The protected columns of an ID mapping table may not be selected at all, so it cannot be wrapped.
    entries = [source for select in script.selects for source in select.sources.values()]
    return [entry for entry in entries if entry.table is not None and entry.table.kind is not TableKind.ID_MAPPING]


def _joined(node: exp.Expression) -> dict[str, object]:
    return {name: node.args[name] for name in ("joins", "laterals") if node.args.get(name)}


def expanded_stars(script: Script, _chance: Random) -> None:
    """Write every `*` of a select list as the columns that it stands for."""
    for select in script.selects:
        items: list[exp.Expression] = []
        for item in select.node.expressions:
            is_star = isinstance(item, exp.Star) or (isinstance(item, exp.Column) and isinstance(item.this, exp.Star))
            items += _columns(select, item) if is_star else [item]
        select.node.set("expressions", items)


def _columns(select: Select, star: exp.Expression) -> list[exp.Expression]:
    merged = {name for join in select.joins for name in join.using}
    found = [item.use for item in select.projections if item.node is star and item.use is not None]
    if any(use.source is None or not use.source.alias or not use.name for use in found):
        return [star]
    return [
        exp.column(
            exp.to_identifier(use.name, quoted=True),
            table=None
            if use.name in merged or use.source is None
            else exp.to_identifier(use.source.alias, quoted=True),
        )
        for use in found
    ]


def shuffled_conditions(script: Script, chance: Random) -> None:
    """Change the order of what AND and OR connect, and the sides of equalities."""
    for statement in script.statements:
        for node in list(statement.find_all(exp.And, exp.Or, exp.EQ)):
            if chance.random() < 0.7 and not isinstance(node.expression, (exp.Any, exp.All)):
                left, right = node.this, node.expression
                node.set("this", _bracketed(node, right))
                node.set("expression", _bracketed(node, left))


def _bracketed(holder: exp.Expression, operand: exp.Expression) -> exp.Expression:
    return exp.Paren(this=operand) if type(operand) is not type(holder) and isinstance(operand, exp.Binary) else operand


def swapped_joins(script: Script, _chance: Random) -> None:
    """Write `a JOIN b ON c` as `b JOIN a ON c`, where these are all."""
    for select in script.selects:
        if len(select.joins) != 1 or select.joins[0].kind != "INNER" or select.joins[0].condition is None:
            continue
        clause, join = select.node.args["from_"], select.joins[0].node
        if any(node.args.get("joins") for node in (clause.this, join.this)) or select.node.args.get("laterals"):
            continue
        first, second = clause.this, join.this
        clause.set("this", second)
        join.set("this", first)


def doubly_negated(script: Script, _chance: Random) -> None:
    """Write `WHERE c` as `WHERE NOT (NOT (c))`."""
    for select in script.selects:
        where = select.node.args.get("where")
        if where is not None:
            where.set("this", exp.Not(this=exp.Paren(this=exp.Not(this=exp.Paren(this=where.this)))))


def bracketed(script: Script, chance: Random) -> None:
    """Put conditions, their operands, select items and keys into brackets."""
    for statement in script.statements:
        for node in list(statement.find_all(exp.Predicate, exp.Connector, exp.Column, exp.Func)):
            if chance.random() < 0.5 and (_is_key(node) or _may_have_brackets(node)):
                place = exp.Paren(this=exp.Null())
                node.replace(place)
                place.set("this", node)


def _is_key(node: exp.Expression) -> bool:
    in_window = isinstance(node.parent, exp.Window) and node.arg_key == "partition_by"
    return in_window or is_key(node) or isinstance(node.parent, exp.Ordered)


def _may_have_brackets(node: exp.Expression) -> bool:
    if isinstance(node, exp.SubqueryPredicate) or isinstance(node.this, exp.Star):
        return False
    if not isinstance(node, (exp.Predicate, exp.Connector, exp.Column, exp.AggFunc)):
        return False
    where = node.parent
    return isinstance(where, (exp.Predicate, exp.Connector, exp.Not, exp.Where, exp.Having, exp.Alias)) or (
        isinstance(where, (exp.Join, exp.Select)) and node.arg_key in ("on", "expressions")
    )


REWRITINGS: dict[str, Rewriting] = {
    "renamed_tables": renamed_tables,
    "renamed_ctes": renamed_ctes,
    "shuffled_conditions": shuffled_conditions,
    "swapped_joins": swapped_joins,
    "doubly_negated": doubly_negated,
    "bracketed": bracketed,
}
"""What never changes a verdict."""

WRAPPINGS: dict[str, Rewriting] = {"derived_tables": derived_tables, "common_tables": common_tables}
"""What does not where the rule takes subqueries: under custom rules."""
