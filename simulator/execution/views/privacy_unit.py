"""Whose row a row is, in a SELECT with a privacy clause: the column of its views, or the one that the clause names."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import PrivateTerms, is_private_source
from simulator.checks.proven_units import unit_columns
from simulator.execution.errors import NotEnforceableError
from simulator.execution.working_copy import WorkingCopy
from simulator.sql.resolved import Select, Source


def privacy_unit(context: QueryContext, copy: WorkingCopy, terms: PrivateTerms) -> exp.Expr:
    """Return the expression of the privacy unit, for the working copy of the SELECT.

    Of several views, which are joined by their units, it is the first that is not NULL: an outer join may lack one.

    Raises:
        NotEnforceableError: It is a field of a STRUCT, or no column or several columns have the name.
    """
    stated = terms.clause.option("privacy_unit_column")
    if terms.views or stated is None:
        found = list(_of_views(context, terms.select))
    else:
        found = [_named(terms.select, stated.text.lower())]
    for source, name in found:
        for origin in source.columns.get(name, ()):
            copy.need(origin.table, origin.column)
    columns = [exp.column(name, source.alias or None, quoted=True) for source, name in found]
    return columns[0] if len(columns) == 1 else exp.Coalesce(this=columns[0], expressions=columns[1:])


def _of_views(context: QueryContext, select: Select) -> Iterator[tuple[Source, str]]:
    for source in select.sources.values():
        if is_private_source(context, source):
            columns = unit_columns(context, source)
            if not columns:
                raise NotEnforceableError(
                    f"the privacy unit of '{source.alias}' is no column that can be followed; a field of a STRUCT "
                    "can be judged, but not run"
                )
            yield source, columns[0]


def _named(select: Select, path: str) -> tuple[Source, str]:
    alias, _, rest = path.rpartition(".")
    found = [
        (source, rest)
        for name, source in select.sources.items()
        if rest in source.columns and alias.rpartition(".")[2] in {"", name}
    ]
    if len(found) != 1:
        problem = "is the name of several columns of FROM" if found else "is no column of FROM that can be run"
        raise NotEnforceableError(f"privacy_unit_column '{path}' {problem}; write alias.column")
    return found[0]
