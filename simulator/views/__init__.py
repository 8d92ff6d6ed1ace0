"""A BigQuery room as its queries see it: its tables and views, their order, budgets and changes."""
