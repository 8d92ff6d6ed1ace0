"""A privacy unit whose values cannot be counted apart."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.bigquery.column_types import can_be_privacy_unit, path_type
from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import CLAUSE_PAGES, RULES_PAGE, clause_selects, unit_of
from simulator.sql.clause_options import ValueKind
from simulator.sql.resolved import Select, Source
from simulator.sql.tracing import definitions
from simulator.verdict import Basis, Finding


def ungroupable_privacy_unit(context: QueryContext) -> Iterator[Finding]:
    """A privacy unit, of a view or of a clause over tables, that is an ARRAY, a STRUCT, JSON or GEOGRAPHY.

    Why: People are counted by grouping rows by their unit, so BigQuery's page asks for a column that can be grouped by.
    Avoid: `"privacy_unit_column": "ids"` where ids is ARRAY<STRING>
    Prefer: `"privacy_unit_column": "last_name"`, a STRING
    Source: https://docs.cloud.google.com/bigquery/docs/analysis-rules
    """
    for table in context.script.tables().values():
        unit = unit_of(table)
        found = path_type(table.columns, unit) if unit is not None else None
        if found and not can_be_privacy_unit(found):
            message = f"the privacy unit '{unit}' of '{table.name}' has type {found}, which cannot be grouped by"
            yield from context.deny(ungroupable_privacy_unit, message, RULES_PAGE, table=table, basis=Basis.DERIVED)
    for select, clause in clause_selects(context):
        option = clause.option("privacy_unit_column")
        if option is None or option.kind is not ValueKind.PATH:
            continue
        for found in _types(context, select, option.text.lower()):
            if found and not can_be_privacy_unit(found):
                message = f"privacy_unit_column '{option.text}' has type {found}, which cannot be grouped by"
                page, basis = CLAUSE_PAGES[clause.kind], Basis.DERIVED
                yield from context.deny(ungroupable_privacy_unit, message, page, at=option.span, basis=basis)
                break


def _types(context: QueryContext, select: Select, path: str) -> Iterator[str | None]:
    """Yield the type of the column *path*, `column` or `alias.column`, in each FROM entry that it can be of."""
    alias, _, rest = path.partition(".")
    sources = [(select.sources[alias], rest)] if rest and alias in select.sources else []
    for source, column in sources or [(each, path) for each in select.sources.values()]:
        yield path_type(_columns(context, source), column)


def _columns(context: QueryContext, source: Source) -> dict[str, str]:
    if source.table is not None:
        return dict(source.table.columns)
    found = {name: {context.types().of_item(item) for item in definitions(source, name)} for name in source.columns}
    return {name: types.pop() if len(types) == 1 else "" for name, types in found.items()}
