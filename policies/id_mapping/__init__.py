"""Policies about id mappings."""
