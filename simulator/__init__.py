"""Declarations, SQL and rows in; verdicts, results and budgets out. Nothing here reaches a network."""
