"""`cleanroom render` and `cleanroom apply`: the views of a room of BigQuery."""
