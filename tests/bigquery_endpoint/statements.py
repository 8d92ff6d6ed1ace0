"""Statements about views told from queries."""

from __future__ import annotations


def is_view_statement(sql: str) -> bool:
    """Tell whether *sql* begins as a statement about a view, and not as a query."""
    return sql.lstrip().upper().startswith(("CREATE", "ALTER"))
