"""SELECTs that look at one row at a time."""

from __future__ import annotations

from sqlglot import exp

from simulator.sql.enclosing import enclosing
from simulator.sql.resolved import Select

_ABOUT_SEVERAL_ROWS = ("distinct", "group", "having", "qualify", "limit", "offset")
"""Clauses, of a SELECT or of what encloses it, whose result depends on other rows than the one that is put out."""
_COMPUTED = (exp.AggFunc, exp.Window, exp.Anonymous)


def goes_row_by_row(select: Select) -> bool:
    """Tell whether each row that *select* puts out is made of one row of its FROM clause, whatever the others are.

    A function that is not known may be an aggregate. Joins, subqueries and operands beside *select* are not looked at.
    """
    if any(node.args.get(name) for node in enclosing(select) for name in _ABOUT_SEVERAL_ROWS):
        return False
    return not any(node.parent_select is select.node for node in select.node.find_all(*_COMPUTED))
