"""Policies about views of BigQuery."""
