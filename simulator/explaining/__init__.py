"""Explains to authors of queries what a member may do with each table of a room, and which checks apply to a query.

No rule is implemented here: every answer is the verdict of `judge` on a query that does the thing in question.
"""

from simulator.explaining.asking import Asking, askings
from simulator.explaining.consulted import Consulted, consulted
from simulator.explaining.tables import TablePage, explain_table

__all__ = ["Asking", "Consulted", "TablePage", "askings", "consulted", "explain_table"]
