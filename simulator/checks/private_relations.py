"""Which relations of an AWS query are private and where they show the user: the vocabulary of its checks.

A relation is *private* if it is, or is built on, a table under differential privacy: nothing in between releases it.
The rows of BigQuery's views have privacy units only until a clause releases them: `privacy_units`.
"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.request import Table
from simulator.sql.resolved import ColumnUse, Query, Role, Script, Select, Source
from simulator.sql.tracing import definitions, reads, select_reads, source_reads, unchanged
from simulator.table_rules import is_private, user_identifier

STRUCTURE_PAGE = f"{USER_GUIDE}/custom-diff-privacy.html"
SQL_PAGE = f"{USER_GUIDE}/dp-sql-capabilities.html"


def private_tables(script: Script) -> tuple[Table, ...]:
    """Return the tables under differential privacy that *script* reads."""
    return tuple(table for table in script.tables().values() if is_private(table))


def is_private_source(source: Source) -> bool:
    """Tell whether a FROM entry is, or is built on, a table under differential privacy."""
    return source_reads(source, is_private)


def is_private_select(select: Select) -> bool:
    """Tell whether the FROM clause of *select* has a private relation."""
    return select_reads(select, is_private)


def is_private_query(query: Query) -> bool:
    """Tell whether *query*, or anything it is built on, reads a private table."""
    return reads(query, is_private)


def inner_queries(context: QueryContext) -> Iterator[Query]:
    """Yield the CTEs, derived and cached tables that read a private table."""
    for query in context.script.queries:
        if query.role in (Role.CTE, Role.DERIVED, Role.CACHED) and is_private_query(query):
            yield query


def shows_user(use: ColumnUse | None) -> bool:
    """Tell whether *use* is the user identifier of a private table, reached through nothing but renaming."""
    return any(origin.column == user_identifier(origin.table) for origin in unchanged(use))


def identifier_columns(source: Source) -> tuple[str, ...]:
    """Return the columns of a FROM entry that are the user identifier of a private table."""
    if source.table is not None:
        identifier = user_identifier(source.table)
        return (identifier,) if identifier is not None else ()
    shown = ((name, definitions(source, name)) for name in source.columns)
    return tuple(name for name, items in shown if items and all(shows_user(item.use) for item in items))


def finals(context: QueryContext) -> Iterator[Select]:
    """Yield the SELECT blocks whose rows are returned."""
    yield from context.script.final.selects if context.script.final is not None else ()
