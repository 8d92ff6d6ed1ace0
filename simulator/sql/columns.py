"""What a column name means: FROM entries, select aliases, enclosing SELECTs, fields of structs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlglot import exp

from declarations.naming import closest, did_you_mean, listed
from simulator.request import TableKind
from simulator.sql.binding import NOTHING, Binding, Scope
from simulator.sql.known_nodes import QUERIES
from simulator.sql.names import folded, name_of
from simulator.sql.problems import FROM_PAGE, JOIN_PAGE, SELECT_LIST_PAGE
from simulator.sql.resolved import Clause, ColumnUse, Origins, Projection, Select, Source, UnitReading

_ALIASES_TOO = frozenset({Clause.GROUP_BY, Clause.HAVING, Clause.QUALIFY, Clause.ORDER_BY, Clause.OTHER})
_BOTH_READINGS = frozenset({Clause.HAVING, Clause.QUALIFY, Clause.ORDER_BY, Clause.OTHER})
_FIELD_TYPES = ("struct", "map", "row", "super", "variant")
"""With what the types begin behind whose columns a field may be written; an array, which is nested, too, has none."""


def bind_column(binding: Binding, column: exp.Column, scope: Scope, clause: Clause) -> None:
    """Record what *column*, written in *clause* of the scope's SELECT, stands for, or report why it is unknown."""
    parts = [name_of(part) for part in column.parts]
    if column.args.get("join_mark"):
        binding.untraceable("the outer join mark (+)", column)
    if len(parts) == 1 and clause in _ALIASES_TOO and _bind_alias(binding, column, scope, clause, parts[0]):
        return
    level: Scope | None = scope
    while level is not None:
        found = _find(level, parts)
        binding.spend(len(level.select.sources))
        if isinstance(found, str):
            found = _as_privacy_unit(binding, column, level, parts)
            if found is None:
                _ambiguous(binding, column, level, parts[-1])
                return
        if found is not None:
            source, name, origins = found
            use = ColumnUse(column, clause, scope.select, source, name, origins, correlated=level is not scope)
            binding.keep(use)
            return
        if any(id(source) in binding.unresolved for source in level.select.sources.values()):
            return  # already reported: the FROM entry itself is unknown
        level = level.parent
    _unknown(binding, column, scope, parts)


def _bind_alias(binding: Binding, column: exp.Column, scope: Scope, clause: Clause, name: str) -> bool:
    items = scope.aliases.get(name)
    if not items:
        return False
    source = None if _is_sort_key(column) and _renames(items) else _find(scope, [name])  # ORDER BY prefers the alias
    if isinstance(source, tuple) and not _renames(items):
        return False  # the alias is the column's own name
    if clause is Clause.GROUP_BY and source is not None and not binding.is_bigquery:
        return False  # GROUP BY prefers the column over the alias; in GoogleSQL the alias
    if len(items) > 1 and len({item.origins for item in items}) > 1:
        _ambiguous(binding, column, scope, name)
        return True
    origins = items[0].origins
    if isinstance(source, tuple) and (clause in _BOTH_READINGS or binding.is_bigquery):
        origins |= source[2]  # alias or column: both readings count
    binding.keep(ColumnUse(column, clause, scope.select, None, name, origins, projection=items[0]))
    return True


def _renames(items: list[Projection]) -> bool:
    return not all(item.use is not None and item.use.name == item.name for item in items)


def _is_sort_key(column: exp.Column) -> bool:
    key = column.parent  # brackets around keys are gone: see `brackets`
    return isinstance(key, exp.Ordered) and key.parent is not None and isinstance(key.parent.parent, QUERIES)


def _find(scope: Scope, parts: list[str]) -> tuple[Source, str, Origins] | str | None:
    """Find `a.b.c`: a column of table a if there is one, else a field of column a.

    Returns:
        The source, the column's name in it and its origins; "ambiguous"; or None when nothing fits.
    """
    if len(parts) > 1:
        source = scope.select.sources.get(parts[0])
        if source is not None and id(source) not in scope.hidden:
            if parts[1] not in source.columns:
                return None
            if len(parts) > 2 and not _may_have_fields(source, parts[1]):  # noqa: PLR2004 - table.column.field
                return None
            if _repeats(source, parts[1]):
                return "ambiguous"
            return source, parts[1], source.columns[parts[1]]
    found = _unqualified(scope, parts[0])
    if len(parts) > 1 and isinstance(found, tuple) and not _may_have_fields(found[0], found[1]):
        return None
    return found


def _unqualified(scope: Scope, name: str) -> tuple[Source, str, Origins] | str | None:
    merged = scope.merged.get(name, [])
    sources = [
        source
        for source in scope.select.sources.values()
        if name in source.columns and id(source) not in scope.hidden and source not in merged
    ]
    if len(sources) + bool(merged) > 1 or any(_repeats(source, name) for source in (*sources, *merged)):
        return "ambiguous"
    if merged:
        return merged[0], name, NOTHING.union(*(source.columns[name] for source in merged))
    return (sources[0], name, sources[0].columns[name]) if sources else None


def _repeats(source: Source, name: str) -> bool:
    return source.outputs is not None and sum(output == name for output, _ in source.outputs) > 1


def _may_have_fields(source: Source, name: str) -> bool:
    if source.table is None:
        return True
    return source.table.columns.get(name, "").lower().startswith(_FIELD_TYPES)


def _as_privacy_unit(
    binding: Binding, column: exp.Column, scope: Scope, parts: list[str]
) -> tuple[Source, str, Origins] | None:
    """Read an ambiguous name as the privacy unit of a view; None where that is not what a published query does."""
    source = unit_holder(scope.select, parts[0]) if len(parts) == 1 and parts[0] not in scope.merged else None
    if source is None or source.table is None:
        return None
    reading = UnitReading(column, source.table, _ambiguity(scope, parts[0]))
    binding.script.unit_readings.append(reading)
    return source, parts[0], source.columns[parts[0]]


def unit_holder(select: Select, name: str) -> Source | None:
    """Return the view of which *name* is the privacy unit, if every other FROM entry with that column is a plain table.

    Args:
        select: The SELECT that the FROM entries are of.
        name: Lower-case name of a column that several of them have.
    """
    holders = [source for source in select.sources.values() if name in source.columns]
    others = [source for source in holders if source.table is None or source.table.protected_view is not None]
    view = others[0].table.protected_view if len(others) == 1 and others[0].table is not None else None
    unit = view.policy.privacy_unit_column if view is not None else None
    return others[0] if unit is not None and folded(unit) == name else None


def _ambiguous(binding: Binding, column: exp.Column, scope: Scope, name: str) -> None:
    binding.report("ambiguous_column", _ambiguity(scope, name), FROM_PAGE, column)


def _ambiguity(scope: Scope, name: str) -> str:
    holders = [alias for alias, source in scope.select.sources.items() if name in source.columns]
    where = f"it could belong to {_listed(holders)}; write the table before it"
    if len(holders) < 2:  # noqa: PLR2004 - then one entry, or the select list itself, has the name twice
        where = "two columns have this name; give each a name of its own"
    return f"column '{name}' is ambiguous: {where}"


def _unknown(binding: Binding, column: exp.Column, scope: Scope, parts: list[str]) -> None:
    written = ".".join(parts)
    sources = scope.select.sources
    if len(parts) > 1 and parts[0] in sources and id(sources[parts[0]]) in scope.hidden:
        message, page = f"'{written}': a table on the right of SEMI or ANTI JOIN is known in its ON only", JOIN_PAGE
    elif len(parts) > 1 and parts[0] in sources:
        known = _visible(sources[parts[0]].columns)
        allowed = listed(known, nothing="no column", first=closest(parts[1], known))
        where = f"in '{parts[0]}'{_or_closed((sources[parts[0]],))} (allowed columns: {allowed})"
        message = f"column '{parts[1]}' does not exist {where}"
        message, page = message + did_you_mean(parts[1], known), FROM_PAGE
    elif len(parts) == 1 and parts[0] in scope.aliases:
        message = f"column '{written}' does not exist; a select alias cannot be reused later in the same SELECT"
        page = SELECT_LIST_PAGE
    elif len(parts) > 1:
        message = f"'{written}': nothing in FROM is called '{parts[0]}' (there is: {_listed(sources)})"
        message, page = message + did_you_mean(parts[0], _visible(sources)), FROM_PAGE
    else:
        message, page = _unknown_here(written, sources), FROM_PAGE
    binding.report("unknown_column", message, page, column)


def _unknown_here(name: str, sources: Mapping[str, Source]) -> str:
    """Say that no FROM entry has a column *name*, and which columns there are."""
    if not sources:
        return f"column '{name}' does not exist here: there is no table, or only the output has names"
    known = list(dict.fromkeys(column for source in sources.values() for column in _visible(source.columns)))
    allowed = listed(known, nothing="no column", first=closest(name, known))
    there = listed(_visible(sources), nothing="the subquery in FROM")
    where = f"in {there}{_or_closed(sources.values())} (allowed columns: {allowed})"
    return f"column '{name}' does not exist {where}{did_you_mean(name, known)}"


def _or_closed(sources: Iterable[Source]) -> str:
    """Say that a column may be there and not be allowed, if one of *sources* is a table that a member configured."""
    tables = (source.table for source in sources if source.table is not None)
    configured = any(table.kind is TableKind.CONFIGURED and table.protected_view is None for table in tables)
    return ", or is not allowed there" if configured else ""


def _visible(names: Iterable[str]) -> list[str]:
    """Return the names that a user gave; entries without a name have one that cannot be written."""
    return [name for name in names if name and not name.startswith("\0")]


def _listed(names: Iterable[str]) -> str:
    return listed(_visible(names), nothing="no table")


def star_outputs(scope: Scope, table: str = "") -> list[tuple[str, Origins, Source | None]] | None:
    """Return what `*` (or `table.*`) stands for: name, origins and FROM entry of each column, in order.

    A column merged by USING or NATURAL comes once, before all others, with the origins of both sides.

    Returns:
        None when *table* is no FROM entry.
    """
    sources = [source for source in scope.select.sources.values() if id(source) not in scope.hidden]
    if table:
        chosen = scope.select.sources.get(table)
        if chosen is None or id(chosen) in scope.hidden:
            return None
        return [(name, origins, chosen) for name, origins in chosen.output_columns()]
    merged = [
        (name, NOTHING.union(*(source.columns[name] for source in group)), group[0])
        for name, group in reversed(scope.merged.items())
    ]
    rest = [
        (name, origins, source)
        for source in sources
        for name, origins in source.output_columns()
        if source not in scope.merged.get(name, ())
    ]
    return [*merged, *rest]
