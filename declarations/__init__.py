"""Clean rooms as data: frozen Pydantic models that say who collaborates, on which tables, under which rules.

Nothing here runs a query, calls AWS or draws a number: a declaration describes its meaning so fully that a
consumer can be written from it alone.
"""
