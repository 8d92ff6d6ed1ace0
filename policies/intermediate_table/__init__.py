"""Policies about intermediate tables."""
