"""Policies about associations."""
