"""What a member may do with each table of a room, and which checks a query meets: answers for people who write queries.

Nothing here knows a rule: every answer is the verdict of `judge` on a query that does just the thing in question.
"""

from simulator.explaining.asking import Asking, askings
from simulator.explaining.consulted import Consulted, consulted
from simulator.explaining.tables import TablePage, explain_table

__all__ = ["Asking", "Consulted", "TablePage", "askings", "consulted", "explain_table"]
