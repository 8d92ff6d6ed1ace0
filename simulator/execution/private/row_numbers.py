"""Reading a query's rows where they are, again and again, instead of keeping a copy of them.

A private run looks at its rows three times and must know them again. Columns of one table, taken as they are, are the
same each time, and the table numbers its rows. Everything else (joins, conditions, expressions) is
computed once and kept.
"""

from __future__ import annotations

from sqlglot import exp

from simulator.execution.working_copy import SCHEMA, WorkingCopy

_ROW_NUMBER = "rowid"
"""DuckDB's name of a row's number in its table; a column of that name hides it."""


def with_row_numbers(rows: exp.Select, copy: WorkingCopy) -> exp.Select | None:
    """Return *rows* with the number of each row as a column `r`; None when the rows must be kept.

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
