"""Policies about data sources."""
