"""Policies about analysis templates."""
