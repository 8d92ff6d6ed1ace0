"""Reading a query's rows from their table several times instead of storing a copy of them.

A private run reads its rows three times and must recognise each one. Plain columns of one table are the same every
time, and the table numbers its rows. The rows of any other query (joins, conditions, expressions) are stored.
"""

from __future__ import annotations

from sqlglot import exp

from simulator.execution.working_copy import SCHEMA, WorkingCopy

_ROW_NUMBER = "rowid"
"""DuckDB's pseudo-column for the number of a row in its table; a declared column of that name hides it."""


def with_row_numbers(rows: exp.Select, copy: WorkingCopy) -> exp.Select | None:
    """Return *rows* with the number of each row as a column `r`; None when the rows must be stored.

    Args:
        rows: The rows of a private query; not changed.
        copy: The working copy whose tables they are read from.
    """
    clauses = {name for name, value in rows.args.items() if value}
    table = rows.args["from_"].this if "from_" in clauses else None
    if clauses != {"expressions", "from_"} or not isinstance(table, exp.Table):
        return None
    if table.db != SCHEMA or {name for name, value in table.args.items() if value} - {"this", "db", "alias"}:
        return None
    names = {name.lower() for name in copy.tables[table.name].columns}
    is_renamed = bool(table.args["alias"].args.get("columns"))
    is_plain = all(isinstance(item.unalias(), exp.Column) for item in rows.expressions)
    if _ROW_NUMBER in names or is_renamed or not is_plain:
        return None
    number = exp.alias_(exp.column(_ROW_NUMBER, table.alias_or_name, quoted=True), "r", quoted=True)
    return rows.copy().select(number, copy=False)
