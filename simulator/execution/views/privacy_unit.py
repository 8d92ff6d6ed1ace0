"""The privacy unit of each row of a SELECT with a privacy clause: its views' unit, or the column that it names."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from declarations.bigquery.column_types import path_type
from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import PrivateTerms, source_has_units, unit_of
from simulator.checks.proven_units import unit_columns
from simulator.execution.errors import NotEnforceableError
from simulator.execution.working_copy import WorkingCopy
from simulator.sql.resolved import Select, Source

Place = tuple[Source, tuple[str, ...]]
"""A FROM entry, and a column of it with the fields of a STRUCT behind it."""


def privacy_unit(context: QueryContext, copy: WorkingCopy, terms: PrivateTerms) -> exp.Expr:
    """Return the expression of the privacy unit, for the working copy of the SELECT.

    With several views, which are joined by their units, it is the first unit that is not NULL, as an outer join may
    leave some NULL.

    Raises:
        NotEnforceableError: It is a STRUCT field of unknown type, or no column or several columns have the name.
    """
    stated = terms.clause.option("privacy_unit_column")
    if terms.views or stated is None:
        found = list(_of_views(context, terms.select))
    else:
        found = [_named(terms.select, stated.text.lower())]
    columns = [_expression(copy, place) for place in found]
    return columns[0] if len(columns) == 1 else exp.Coalesce(this=columns[0], expressions=columns[1:])


def _of_views(context: QueryContext, select: Select) -> Iterator[Place]:
    for source in select.sources.values():
        if source_has_units(context, source):
            yield source, _unit_of_source(context, source)


def _unit_of_source(context: QueryContext, source: Source) -> tuple[str, ...]:
    if source.table is not None and (unit := unit_of(source.table)) is not None:
        return tuple(unit.split("."))
    columns = unit_columns(context, source)
    if not columns:
        raise NotEnforceableError(f"the privacy unit of '{source.alias}' is not a column that can be followed")
    return (columns[0],)


def _named(select: Select, path: str) -> Place:
    parts = tuple(path.split("."))
    found = [
        (source, parts[place:])
        for name, source in select.sources.items()
        for place, part in enumerate(parts)
        if part in source.columns and (place == 0 or parts[place - 1] == name)
    ]
    if len(found) != 1:
        problem = "is the name of several columns of FROM" if found else "is not a column of FROM that can be run"
        raise NotEnforceableError(f"privacy_unit_column '{path}' {problem}; write alias.column")
    return found[0]


def _expression(copy: WorkingCopy, place: Place) -> exp.Expr:
    source, (column, *fields) = place
    for origin in source.columns.get(column, ()):
        copy.need(origin.table, origin.column)
    if fields:
        _refuse_unknown_field(source, column, fields)
    named = exp.column(column, copy.alias(source), quoted=True)
    return exp.Dot.build([named, *(exp.to_identifier(field, quoted=True) for field in fields)]) if fields else named


def _refuse_unknown_field(source: Source, column: str, fields: list[str]) -> None:
    """Refuse a field of unknown type: the engine would look it up only after the query was charged."""
    path = ".".join([column, *fields])
    if source.table is None or not path_type(source.table.columns, path):
        raise NotEnforceableError(
            f"the type of the privacy unit '{path}' of '{source.alias}' is not known, so it cannot be run; declare the "
            "columns of the view"
        )
