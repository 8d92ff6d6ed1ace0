"""Policies about configured tables."""
